// What the browser does for Nếp: examples, the opened article, and a calm scroll. No library. The page of the
// documents has a script of its own beside this one.
"use strict";
(() => {
  const wide = matchMedia("(min-width: 56.25em)"); // as in nep.css: sources stand beside the answer
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const field = () => document.querySelector("#asking textarea");
  const find = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  function type(text) {
    const box = field();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true })); // Gradio listens for it
  }

  // On a phone the focus would bring up the keyboard over what is to be read.
  function focusField() {
    if (wide.matches) field()?.focus({ preventScroll: true });
  }

  // --- an article ---------------------------------------------------------------------------------

  function showCited(root) {
    const cited = root.querySelector("#trich");
    if (!cited) return false;
    cited.scrollIntoView({ block: "center" });
    cited.focus({ preventScroll: true });
    return true;
  }

  async function open(link) {
    const reader = document.getElementById("reader");
    const sheet = reader.querySelector(".sheet");
    sheet.replaceChildren();
    const address = link.getAttribute("href"); // in a picture a link's href is no string
    reader.querySelector(".apart").href = address;
    reader.showModal();
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
      sheet.replaceChildren(...page.querySelector("main").childNodes);
    } catch {
      const failed = document.createElement("p");
      failed.textContent = document.documentElement.dataset.away;
      sheet.replaceChildren(failed);
    }
    sheet.scrollTop = 0;
    if (!showCited(sheet)) sheet.focus();
  }

  document.addEventListener("click", (event) => {
    const link = find(event, "a[data-article]");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (find(event, ".ways a:not([aria-current])") && document.querySelector(".exchange")) {
      find(event, ".ways a").target = "tu-lieu"; // a conversation is not left: the other page opens beside it
    } else if (link && plain) {
      event.preventDefault();
      open(link); // the dialog gives the focus back to the link when it closes
    } else if (find(event, "#reader .close") || event.target.id === "reader") {
      document.getElementById("reader").close();
    } else if (find(event, "#reader .jump a")) {
      event.preventDefault();
      showCited(document.getElementById("reader"));
    } else if (find(event, "[data-ask]")) {
      type(find(event, "[data-ask]").dataset.ask);
      focusField();
      setTimeout(() => document.getElementById("send").click()); // after Gradio has taken the text
    } else if (find(event, "[data-mend]")) {
      type(find(event, "[data-mend]").dataset.mend);
      field().focus();
    } else if (find(event, ".fold > summary") && wide.matches) {
      event.preventDefault(); // beside the answer there is nothing to fold
    } else if (find(event, "a.skip[href='#question']")) {
      event.preventDefault();
      field()?.focus();
    } else if (find(event, "#fresh, #send")) {
      focusField();
    }
  });

  // Enter that ends a syllable in an input method is not Enter that asks.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.isComposing) event.stopPropagation();
  }, true);

  // --- how one reads --------------------------------------------------------------------------------

  const menu = () => document.querySelector(".display[open]");
  document.addEventListener("click", (event) => {
    if (menu() && !menu().contains(event.target)) menu().open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu()) return;
    const closing = menu();
    closing.open = false;
    closing.querySelector("summary").focus();
  });
  // The address may have been changed since the page came.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".display form")) return;
    const base = document.documentElement.dataset.base ?? "";
    const way = new URL(event.target.action);
    way.searchParams.set("back", location.pathname.slice(base.length) + location.search);
    event.target.action = way;
  });

  // --- the conversation ---------------------------------------------------------------------------

  let begun = false;
  let shown = ""; // the newest exchange and its state

  function unfold() {
    for (const fold of document.querySelectorAll("details.fold")) {
      if (wide.matches) fold.open = true;
      fold.firstElementChild.tabIndex = wide.matches ? -1 : 0;
    }
  }

  // Gradio tells a lost connection or a full queue in English, in a note that nep.css hides.
  function tellLost() {
    const lost = document.querySelector(".toast-body.error") !== null;
    const note = document.getElementById("lost");
    if (note.hidden !== lost) return;
    note.hidden = !lost;
    const waiting = document.querySelector(".working [data-asked]");
    if (lost && waiting && field().value === "") type(waiting.dataset.asked);
  }

  function changed() {
    if (!begun && field()) {
      begun = true;
      if (document.activeElement === document.body) focusField();
    }
    unfold();
    tellLost();
    const all = document.querySelectorAll(".exchange");
    const last = all[all.length - 1];
    const now = last ? `${last.id} ${last.className}` : "";
    if (now === shown) return;
    shown = now;
    if (!last) return;
    last.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
    // A question that could not be asked goes back where it was typed, unless something else stands there.
    const mend = last.querySelector("[data-mend]");
    if (mend && field()?.value === "") type(mend.dataset.mend);
  }

  wide.addEventListener("change", unfold);
  addEventListener("DOMContentLoaded", () => {
    const asking = document.querySelector("gradio-app");
    if (!asking) {
      showCited(document);
      return;
    }
    // Gradio names the page after the browser's language, if it knows it, else English.
    const root = document.documentElement;
    const named = () => { if (root.lang !== root.dataset.lang) root.lang = root.dataset.lang; };
    named();
    new MutationObserver(named).observe(root, { attributeFilter: ["lang"] });
    new MutationObserver(changed).observe(asking, { childList: true, subtree: true });
  });
})();
