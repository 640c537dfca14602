// What the browser does for a form of ours: it is sent as JSON, and the answer says where to go or what to show.
//
//   <form data-send="/path">            its fields are sent when it is submitted
//   <button data-send="/path" data-name="value" data-sure="sentence">   is sent with its other data-* as fields,
//                                       asked back first where it has a sentence
//   data-busy="sentence"                on either: said while the answer is waited for, where that takes long
//   <input type="checkbox" data-all>    marks all boxes of its fieldset, or none
//
// The answer: {to: path} opens that page, {say: sentence} is shown (and read out) in the .said beside it, with a
// link behind it where there is {way: path, name: words}, or {error: sentence, fields: {name: sentence}} in its
// .problem. With neither the main part of the page is shown as it is now: in its place, the focus where it was or at
// the control beside it, what is typed elsewhere kept, and {done: sentence} read out.
"use strict";
(() => {
  const base = document.documentElement.dataset.base ?? "";

  async function send(path, fields) {
    try {
      const answer = await fetch(base + path, {
        method: "POST",
        headers: { "X-Nep": "1", "Content-Type": "application/json" },
        body: JSON.stringify(fields),
      });
      return await answer.json();
    } catch {
      return { error: document.documentElement.dataset.away, fields: {} };
    }
  }

  // Where a sentence is shown: inside the form, or beside the button; made where the page has none.
  function place(near, kind) {
    const room = near.matches("form") ? near : near.parentElement;
    let found = room.querySelector(`:scope > .${kind}`);
    if (!found) {
      found = document.createElement("p");
      found.className = kind;
      found.setAttribute("role", kind === "problem" ? "alert" : "status");
      near.matches("form") ? near.append(found) : near.after(found);
    }
    return found;
  }

  function tell(near, kind, words) {
    for (const old of ["problem", "said"]) {
      if (old !== kind) (near.matches("form") ? near : near.parentElement).querySelector(`:scope > .${old}`)?.remove();
    }
    place(near, kind).textContent = words;
  }

  function tellFields(form, fields) {
    for (const field of form.elements) {
      if (!field.name) continue;
      const words = fields[field.name];
      const id = `sai-${field.name}`;
      form.querySelector(`#${CSS.escape(id)}`)?.remove();
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      if (!words) continue;
      const note = document.createElement("span");
      note.id = id;
      note.className = "wrong";
      note.textContent = words;
      field.after(note);
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", id);
    }
    form.querySelector("[aria-invalid]")?.focus();
  }

  // --- the page as it is now ------------------------------------------------------------------------

  // No links: the same place is cited here and there on a page.
  const CONTROLS = "button, input:not([type=hidden]), select, textarea, summary";

  // By what a control is known again in the page that comes in its place.
  function key(control) {
    if (control.id) return `#${control.id}`;
    const form = control.form ?? control.closest("details")?.querySelector("form");
    const hidden = form ? [...form.querySelectorAll("input[type=hidden]")].map((one) => one.value) : [];
    const { sure: _, busy: __, ...fields } = control.dataset;
    const own = control.matches("button, input[type=checkbox], input[type=radio]") ? control.value : "";
    const words = control.matches("summary") && !form ? control.textContent : "";
    const of = [form?.dataset.send, ...hidden, control.name, own, words];
    return JSON.stringify([control.tagName, fields, of]);
  }

  // The control itself, then those beside it: first what shares its smallest part of the page, in each part those
  // behind it before those that come first.
  function beside(control) {
    const near = [control];
    for (let part = control.parentElement; part && !part.matches("body"); part = part.parentElement) {
      const all = [...part.querySelectorAll(CONTROLS)].filter((one) => one.tabIndex >= 0);
      const at = all.findIndex((one) => one.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_PRECEDING);
      const behind = at < 0 ? [] : all.slice(at);
      near.push(...behind, ...all.slice(0, all.length - behind.length).reverse());
    }
    return [...new Set(near.map(key))];
  }

  // What was typed or marked in other forms than the one that was sent, and what was unfolded.
  function keep(old, sent, now) {
    for (const [one, of] of [...old.querySelectorAll("input, textarea, details[open]")].map((one) => [one, one.form])) {
      if (one.matches("details")) {
        const summary = one.contains(sent) ? null : now.get(key(one.querySelector("summary")));
        if (summary) summary.parentElement.open = true;
      } else if (of !== sent && (one.value !== one.defaultValue || one.checked !== one.defaultChecked)) {
        const other = now.get(key(one));
        if (other) [other.value, other.checked] = [one.value, one.checked];
      }
    }
  }

  let said; // there before anything is said in it: else it is not read out
  addEventListener("DOMContentLoaded", () => {
    said = document.createElement("p");
    said.id = "happened";
    said.className = "unseen";
    said.setAttribute("role", "status");
    document.body.append(said);
  });

  async function renew(near, pressed, words) {
    let page;
    try {
      const answer = await fetch(location.href);
      if (answer.ok && !answer.redirected) page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { // nothing is loaded in the way of whoever is leaving the page
      tell(near, "problem", document.documentElement.dataset.away);
      return;
    }
    const [old, fresh] = [document.querySelector("#noi-dung"), page?.querySelector("#noi-dung")];
    if (!old || !fresh) {
      location.reload();
      return;
    }
    const wanted = beside(pressed);
    const parts = (main) => [...main.querySelectorAll("section")];
    const at = parts(old).indexOf(pressed.closest("section"));
    const stood = at < 0 ? 0 : parts(old)[at].getBoundingClientRect().top;
    const from = scrollY;
    const same = parts(old).length === parts(fresh).length && at >= 0;
    const now = new Map([...fresh.querySelectorAll(CONTROLS)].reverse().map((one) => [key(one), one]));
    keep(old, near, now);
    old.replaceWith(fresh);
    document.title = page.title;
    for (const box of fresh.querySelectorAll("[data-all]")) tally(box);
    // What one works at stays where it is seen.
    scrollTo({ top: same ? scrollY + parts(fresh)[at].getBoundingClientRect().top - stood : from, behavior: "instant" });
    const found = wanted.map((one) => now.get(one)).find((one) => one);
    const folded = found?.closest("details:not([open])");
    const next = (folded && !found.matches("summary") ? folded.querySelector("summary") : found) ?? fresh;
    if (next === fresh) fresh.tabIndex = -1;
    next.focus({ preventScroll: true });
    if (next !== fresh) next.scrollIntoView({ block: "nearest", behavior: "instant" });
    said.textContent = "";
    setTimeout(() => { said.textContent = words ?? document.documentElement.dataset.done; }, 50); // the same twice too
  }

  async function run(near, fields, pressed = near) {
    if (near.dataset.sure && !confirm(near.dataset.sure)) return;
    if (near.ariaBusy === "true") return;
    near.ariaBusy = "true";
    if (near.dataset.busy) {
      pressed.ariaDisabled = "true"; // and keeps the focus
      tell(near, "said", near.dataset.busy);
    }
    const told = await send(near.dataset.send, fields);
    near.ariaBusy = pressed.ariaDisabled = null;
    if (told.error) {
      tell(near, "problem", told.error);
      if (near.matches("form")) tellFields(near, told.fields ?? {});
    } else if (told.to) {
      location.assign(base + told.to);
    } else if (told.say) {
      if (near.matches("form")) tellFields(near, {});
      tell(near, "said", told.say);
      if (told.way) {
        const link = document.createElement("a");
        link.href = base + told.way;
        link.textContent = told.name;
        place(near, "said").append(" ", link);
      }
    } else {
      await renew(near, pressed, told.done);
    }
    near.dispatchEvent(new CustomEvent("told", { detail: told, bubbles: true }));
  }

  addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]")) return;
    event.preventDefault();
    const fields = {};
    const filled = new FormData(form, event.submitter);
    // Several of one name are told apart by lines.
    for (const name of new Set(filled.keys())) fields[name] = filled.getAll(name).join("\n");
    const focused = document.activeElement;
    run(form, fields, form.contains(focused) ? focused : event.submitter ?? form);
  });

  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-send]") : null;
    if (!button) return;
    event.preventDefault();
    const { send: _, sure: __, busy: ___, ...fields } = button.dataset;
    run(button, fields);
  });

  // --- all of a group -------------------------------------------------------------------------------

  const boxes = (all) => [...all.closest("fieldset").querySelectorAll("input[type=checkbox]:not([data-all])")];

  function tally(all) {
    const marked = boxes(all).filter((box) => box.checked).length;
    all.checked = marked > 0 && marked === boxes(all).length;
    all.indeterminate = marked > 0 && !all.checked;
  }

  addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const box of boxes(event.target)) box.checked = event.target.checked;
    else event.target.closest("fieldset")?.querySelectorAll("[data-all]").forEach(tally);
  });
})();
