// The chat page: what was asked and answered is drawn here as the server tells it; Gradio carries the questions. No
// library. All texts come with the page.
"use strict";
(() => {
  const root = document.documentElement;
  const base = root.dataset.base ?? "";
  const wide = matchMedia("(min-width: 56.25em)"); // as in ask.css: sources stand beside the answer
  const roomy = matchMedia("(min-width: 68.75em)"); // and the list of conversations beside both
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const find = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  const field = () => one("#asking textarea");
  const words = (name) => one("#room").getAttribute(`data-say-${name}`);
  const log = () => one("#conversation .log");
  const current = () => one("#conversation .conversation").dataset.conversation ?? null;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function html(text) {
    const made = document.createElement("template");
    made.innerHTML = text;
    return made.content;
  }

  function say(text) {
    const said = one("#said");
    said.textContent = "";
    setTimeout(() => { said.textContent = text; }, 50); // the same sentence twice is told twice
  }

  function type(text) {
    const box = field();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true })); // Gradio listens for it
  }

  // On a phone the focus would bring up the keyboard over what is to be read.
  function focusField() {
    if (wide.matches) field()?.focus({ preventScroll: true });
  }

  // --- asking -------------------------------------------------------------------------------------

  let turn = ""; // by which the answer to the last question is known
  let next = null; // a question that does not stand in the box, and which exchange it asks anew

  // Called by Gradio when a question is sent: what is sent.
  function asking(typed) {
    const question = next?.question ?? typed;
    const again = next?.again ?? null;
    turn = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const told = { turn, conversation: current(), again, shown: answers().length, within: within() };
    if (again === null) {
      if (!next) setTimeout(() => { if (field().value === typed) type(""); });
      working(question);
    }
    next = null;
    return [question, JSON.stringify(told)];
  }

  const answers = () => all(".exchange:not(.working)", log());
  const busy = () => one(".working, .asking-again") !== null;

  function send(question, again = null) {
    if (busy()) return;
    if (!one("#send")) {
      setTimeout(() => send(question, again), 100); // Gradio has not drawn it yet
      return;
    }
    next = { question, again };
    one("#send").click();
    focusField();
  }

  function working(question) {
    const made = one("#working").content.firstElementChild.cloneNode(true);
    const n = answers().length + 1;
    made.id = `luot-${n}`;
    made.dataset.n = n;
    const shown = one(".question", made);
    if (question.trim()) shown.append(question.trim());
    else shown.remove();
    one("[data-asked]", made).dataset.asked = question;
    one("#conversation .opening").replaceChildren();
    one(".follows")?.remove();
    log().append(made);
    reveal(made);
  }

  function reveal(section) {
    section.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
  }

  // --- what the server tells ----------------------------------------------------------------------

  // Only what is otherwise is changed: a screen reader is told of that alone.
  function renew(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== Node.ELEMENT_NODE || old.tagName !== fresh.tagName) {
      old.replaceWith(fresh);
      return;
    }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const was = [...old.childNodes], now = [...fresh.childNodes];
    now.forEach((child, i) => (was[i] ? renew(was[i], child) : old.append(child)));
    was.slice(now.length).forEach((child) => child.remove());
  }

  function told(news) {
    if (news.turn !== turn) return; // of a conversation that has been left
    if (news.wrong) {
      mending(null, news.wrong);
      return;
    }
    const begun = news.conversation && !current();
    if (news.conversation) one("#conversation .conversation").dataset.conversation = news.conversation;
    const sections = news.sections.map((text) => html(text).firstElementChild);
    const last = Number(sections.at(-1)?.dataset.n ?? 0);
    if (last > all(".exchange", log()).length + 1) {
      open(news.conversation, false); // it has gone on in another window
      return;
    }
    for (const section of sections) {
      const old = document.getElementById(section.id);
      if (old) renew(old, section);
      else log().append(section);
    }
    for (const behind of all(".exchange", log())) {
      if (Number(behind.dataset.n) > last) behind.remove();
    }
    if (news.said) say(news.said);
    const shown = document.getElementById(`luot-${last}`);
    settle(shown);
    if (begun) {
      history.replaceState(null, "", `${base}/?c=${encodeURIComponent(news.conversation)}`);
      list();
    } else if (news.conversation) {
      const row = one(`#talk-list li[data-conversation="${CSS.escape(news.conversation)}"]`);
      row?.parentElement.prepend(row); // the newest stands first
    }
  }

  // After an exchange has changed: what stands in the box, what is folded, what can be asked next.
  function settle(section) {
    unfold();
    mark();
    if (!section) return;
    const writing = one(".writing", section) !== null;
    if (!writing || !section.dataset.seen) reveal(section);
    section.dataset.seen = "1";
    // A question that could not be asked goes back where it was typed, unless something else stands there.
    const mend = one("[data-mend]", section);
    if (mend && field()?.value === "") type(mend.dataset.mend);
    if (!writing) follow(section);
  }

  async function follow(section) {
    const id = current();
    if (!id || !section.matches(".answered, .refused")) return;
    one(".follows")?.remove();
    try {
      const answer = await fetch(`${base}/tro-chuyen/${encodeURIComponent(id)}/goi-y`);
      if (!answer.ok) return;
      const made = html(await answer.text());
      const last = one(".exchange:last-child", log());
      if (current() === id && last === section && !busy() && !one(".follows")) one(".words", section).append(made);
    } catch {
      // Nothing is suggested where there is no connection.
    }
  }

  function unfold() {
    for (const fold of all("details.fold")) {
      if (wide.matches) fold.open = true;
      fold.firstElementChild.tabIndex = wide.matches ? -1 : 0;
    }
  }

  // Gradio tells a lost connection or a full queue in English, in a note that nep.css hides.
  function tellLost() {
    const lost = one(".toast-body.error") !== null;
    const note = one("#lost");
    if (note.hidden !== lost) return;
    note.hidden = !lost;
    if (!lost) return;
    const waiting = one(".working [data-asked]");
    if (waiting) {
      if (field().value === "") type(waiting.dataset.asked);
      waiting.closest(".exchange").remove();
      if (!answers().length) one("#conversation .opening").replaceChildren(...fresh().querySelector(".opening").childNodes);
    }
    one(".asking-again")?.classList.remove("asking-again");
  }

  // --- conversations ------------------------------------------------------------------------------

  const fresh = () => one("#fresh-talk").content.cloneNode(true);

  function leave() {
    turn = "";
    const stop = one("#stop");
    if (stop && one(".writing")) stop.click();
  }

  function put(content, id) {
    one("#conversation").replaceChildren(content);
    const last = one(".exchange:last-child", log());
    for (const section of all(".exchange", log())) section.dataset.seen = "1";
    chosen = read(last?.dataset.within) ?? nothing();
    chips();
    settle(last);
    mark();
    if (!id) scrollTo(0, 0);
  }

  function begin(push = true) {
    leave();
    put(fresh(), null);
    if (push) history.pushState(null, "", `${base}/`);
    focusField();
  }

  async function open(id, push = true) {
    leave();
    try {
      const answer = await fetch(`${base}/tro-chuyen/${encodeURIComponent(id)}`);
      if (!answer.ok) {
        say(words("gone"));
        list();
        return;
      }
      put(html(await answer.text()), id);
      if (push) history.pushState(null, "", `${base}/?c=${encodeURIComponent(id)}`);
      focusField();
    } catch {
      location.assign(`${base}/?c=${encodeURIComponent(id)}`);
    }
  }

  let wanted = 0;
  async function list() {
    const mine = ++wanted;
    const sought = one("#tim-chuyen").value;
    try {
      const answer = await fetch(`${base}/tro-chuyen?tim=${encodeURIComponent(sought)}`);
      if (!answer.ok || mine !== wanted) return;
      one("#talk-list").replaceChildren(html(await answer.text()));
      mark();
    } catch {
      // What is listed stays.
    }
  }

  // Which of the list is shown.
  function mark() {
    for (const link of all("#talk-list .talk-name")) {
      const here = link.parentElement.dataset.conversation === current();
      here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    }
  }

  // The list stands beside the conversation where there is room, and can be put away; else it comes over it.
  const FOLDED = "nep-talks-folded";
  function shown(is) {
    root.dataset.talks = is ? "shown" : "hidden";
    one("#show-talks")?.setAttribute("aria-expanded", String(is));
  }
  function showTalks(is, focus = true) {
    shown(is);
    if (roomy.matches) localStorage.setItem(FOLDED, is ? "" : "1");
    if (focus) one(is ? "#tim-chuyen" : "#show-talks").focus();
  }
  const placeTalks = () => shown(roomy.matches && !localStorage.getItem(FOLDED));

  // --- where it is looked -------------------------------------------------------------------------

  const nothing = () => ({ units: [], sources: [], from: "", to: "" });
  let chosen = nothing();
  const within = () => (chosen.units.length || chosen.sources.length || chosen.from || chosen.to ? chosen : null);

  function read(text) {
    try {
      return text ? JSON.parse(text) : null;
    } catch {
      return null;
    }
  }

  function chips() {
    const form = one("#within");
    if (!form) return;
    const made = [];
    const add = (kind, value, name) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chip";
      button.textContent = name;
      button.setAttribute("aria-label", filled(words("drop"), { name }));
      Object.assign(button.dataset, { kind, value });
      item.append(button);
      made.push(item);
    };
    for (const unit of chosen.units) add("units", unit, unit);
    for (const source of chosen.sources) add("sources", source, source);
    if (chosen.from) add("from", chosen.from, filled(words("since"), { year: chosen.from }));
    if (chosen.to) add("to", chosen.to, filled(words("until"), { year: chosen.to }));
    one(".chips", form).replaceChildren(...made);
    for (const name of ["from", "to"]) {
      const input = one(`input[name=${name}]`, form);
      if (input && document.activeElement !== input) input.value = chosen[name];
    }
  }

  function choose(control) {
    const value = control.value.trim();
    if (control.tagName === "SELECT") {
      if (value && !chosen[control.name].includes(value)) chosen[control.name].push(value);
      control.value = "";
    } else {
      chosen[control.name] = value;
    }
    chips();
  }

  function drop({ kind, value }) {
    chosen[kind] = Array.isArray(chosen[kind]) ? chosen[kind].filter((one) => one !== value) : "";
    chips();
    (one(".chip") ?? one("#within summary")).focus();
  }

  // --- a question put otherwise -------------------------------------------------------------------

  function mend(button) {
    one(".mending")?.remove();
    const asked = button.closest(".asked");
    const form = document.createElement("form");
    form.className = "mending";
    const box = document.createElement("textarea");
    box.value = button.dataset.change;
    box.rows = Math.min(6, box.value.split("\n").length + 1);
    box.setAttribute("aria-label", words("mend"));
    const go = document.createElement("button");
    go.textContent = words("again");
    const leave = document.createElement("button");
    leave.type = "button";
    leave.className = "leave plain";
    leave.textContent = words("leave");
    const line = document.createElement("p");
    line.className = "line";
    line.append(go, leave);
    form.append(box, line);
    asked.append(form);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  function mending(form, wrong) {
    const of = form ?? one(".mending");
    of?.closest(".exchange").classList.remove("asking-again");
    if (!of || !wrong) return;
    let problem = one(".problem", of);
    if (!problem) {
      problem = document.createElement("p");
      problem.className = "problem";
      problem.setAttribute("role", "alert");
      of.append(problem);
    }
    problem.textContent = wrong;
    one("textarea", of).focus();
  }

  function askAgain(form) {
    const section = form.closest(".exchange");
    const n = Number(section.dataset.n);
    const behind = answers().filter((other) => Number(other.dataset.n) > n && !other.matches(".notice")).length;
    if (busy() || (behind && !confirm(filled(words("turned"), { n: behind })))) return;
    send(one("textarea", form).value, n);
    section.classList.add("asking-again");
  }

  // --- copying ------------------------------------------------------------------------------------

  async function copy(button) {
    let done = false;
    try {
      await navigator.clipboard.writeText(button.dataset.copy); // missing where the address is not https
      done = true;
    } catch {
      const box = document.createElement("textarea");
      box.value = button.dataset.copy;
      box.className = "unseen";
      button.after(box);
      box.select();
      done = document.execCommand("copy");
      box.remove();
      button.focus({ preventScroll: true });
    }
    noted(button, done ? button.dataset.done : button.dataset.failed);
  }

  // A sentence in the row of the button, which a screen reader is told.
  function noted(button, sentence) {
    let note = one(":scope > .said", button.parentElement);
    if (!note) {
      note = document.createElement("p");
      note.className = "said";
      note.setAttribute("role", "status");
      button.parentElement.append(note);
    }
    note.textContent = sentence;
  }

  // --- a quote beside its number ------------------------------------------------------------------

  let peeked = null;

  function peek(number) {
    if (peeked === number) return;
    hide();
    const card = one(`.card[data-n="${CSS.escape(number.dataset.n)}"]`, number.closest(".exchange"));
    if (!card) return;
    const made = document.createElement("div");
    made.id = "peek";
    made.setAttribute("role", "tooltip");
    for (const part of [one(".title", card), one("mark", card), one(".about", card)]) {
      if (!part) continue;
      const line = document.createElement("p");
      line.className = part.className || "quote";
      line.append(...part.cloneNode(true).childNodes);
      made.append(line);
    }
    one("#room").append(made);
    number.setAttribute("aria-describedby", "peek");
    peeked = number;
    beside();
  }

  // Below its number, or above it where there is no room.
  function beside() {
    const made = one("#peek");
    if (!made) return;
    const box = peeked.getBoundingClientRect(), own = made.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left - 16, root.clientWidth - own.width - 8));
    const below = box.bottom + 6 + own.height < innerHeight || box.top < own.height + 6;
    made.style.left = `${left}px`;
    made.style.top = `${below ? box.bottom + 6 : box.top - own.height - 6}px`;
    if (box.bottom < 0 || box.top > innerHeight) hide();
  }

  function hide() {
    one("#peek")?.remove();
    peeked?.removeAttribute("aria-describedby");
    peeked = null;
  }

  // --- hands --------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const talk = find(event, ".talk-name");
    hide();
    if (plain && talk) {
      event.preventDefault();
      open(talk.parentElement.dataset.conversation);
      if (!roomy.matches) shown(false);
    } else if (plain && find(event, "#fresh, #talks .new")) {
      event.preventDefault();
      begin();
      if (!roomy.matches) shown(false);
    } else if (find(event, ".ways a:not([aria-current])") && one(".exchange")) {
      // A conversation is kept, what stands in the box is not: the other page opens beside it.
      if (field()?.value) find(event, ".ways a").target = "_blank";
    } else if (find(event, "[data-ask]")) {
      send(find(event, "[data-ask]").dataset.ask);
    } else if (find(event, "[data-mend]")) {
      type(find(event, "[data-mend]").dataset.mend);
      field().focus();
    } else if (find(event, "[data-change]")) {
      mend(find(event, "[data-change]"));
    } else if (find(event, ".mending .leave")) {
      const change = one(".change", find(event, ".asked"));
      find(event, ".mending").remove();
      change.focus();
    } else if (find(event, "[data-copy]")) {
      copy(find(event, "[data-copy]"));
    } else if (find(event, ".chip")) {
      drop(find(event, ".chip").dataset);
    } else if (find(event, "#show-talks")) {
      showTalks(root.dataset.talks !== "shown");
    } else if (find(event, "#hide-talks")) {
      showTalks(false);
    } else if (find(event, ".fold > summary") && wide.matches) {
      event.preventDefault(); // beside the answer there is nothing to fold
    } else if (find(event, "a.skip[href='#question']")) {
      event.preventDefault();
      field()?.focus();
    } else if (find(event, "#send")) {
      focusField();
    }
    for (const menu of all("#talks details[open], #within details[open], .judge[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("#within, .mending")) event.preventDefault();
    if (form.matches(".mending")) askAgain(form);
    if (form.matches("#within")) field()?.focus();
  });

  document.addEventListener("change", (event) => {
    if (find(event, "#within select, #within input")) choose(event.target);
  });

  document.addEventListener("toggle", (event) => {
    const judge = find(event, ".judge[open]");
    if (judge && !judge.matches(".given")) one("input[name=words]", judge).focus();
  }, true);

  let soon;
  document.addEventListener("input", (event) => {
    if (!find(event, "#tim-chuyen")) return;
    clearTimeout(soon);
    soon = setTimeout(list, 200);
  });

  // A form of the row or of the list has been answered.
  document.addEventListener("told", (event) => {
    const said = event.detail.say;
    if (!said) return;
    if (find(event, "#talks")) {
      const gone = event.target.matches("button[data-send$='/xoa']");
      const id = find(event, "li").dataset.conversation;
      one("#talks-said").textContent = said;
      if (gone && id === current()) begin();
      one("#tim-chuyen").focus();
      list();
    } else if (find(event, ".judge")) {
      const judge = find(event, ".judge");
      judge.open = false;
      judge.classList.add("given");
      noted(judge, said);
      one("summary", judge).focus();
      one(".said", event.target)?.remove();
    }
  });

  document.addEventListener("mouseover", (event) => {
    const number = find(event, "#conversation .number");
    if (number) peek(number);
    else if (!find(event, "#peek") && peeked !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => {
    const number = find(event, "#conversation .number");
    number?.matches(":focus-visible") ? peek(number) : hide();
  });
  addEventListener("scroll", beside, { passive: true });

  document.addEventListener("keydown", (event) => {
    // Enter that ends a syllable in an input method is not Enter that asks.
    if (event.key === "Enter" && event.isComposing) event.stopPropagation();
    else if (event.key === "Enter" && !event.shiftKey && find(event, ".mending textarea")) {
      event.preventDefault();
      find(event, ".mending").requestSubmit();
    } else if (event.key === "Enter" && find(event, "#within input")) {
      event.preventDefault();
      choose(event.target);
    } else if (event.key === "Escape" && !one("dialog[open]")) {
      const menu = find(event, "#talks details[open], #within details[open], .judge[open]");
      if (peeked) hide();
      else if (menu) {
        menu.open = false;
        one("summary", menu).focus();
      } else if (find(event, ".mending")) one(".leave", find(event, ".mending")).click();
      else if (!roomy.matches && root.dataset.talks === "shown") showTalks(false);
    }
  }, true);

  // --- beginning ----------------------------------------------------------------------------------

  let begun = false;

  function drawn() {
    if (!begun && field()) {
      begun = true;
      if (document.activeElement === document.body) focusField();
    }
    tellLost();
    const news = one("#news [data-news]");
    if (news && news.dataset.news !== heard) {
      heard = news.dataset.news;
      told(JSON.parse(heard));
    }
  }
  let heard = "";

  wide.addEventListener("change", unfold);
  roomy.addEventListener("change", placeTalks);
  addEventListener("popstate", () => {
    const id = new URLSearchParams(location.search).get("c");
    if (id !== current()) id ? open(id, false) : begin(false);
  });
  placeTalks();
  addEventListener("DOMContentLoaded", () => {
    // Gradio names the page after the browser's language, if it knows it, else English.
    const named = () => { if (root.lang !== root.dataset.lang) root.lang = root.dataset.lang; };
    named();
    new MutationObserver(named).observe(root, { attributeFilter: ["lang"] });
    new MutationObserver(drawn).observe(one("gradio-app"), { childList: true, subtree: true, attributes: true });
    chosen = read(one("#within")?.dataset.within) ?? nothing();
    chips();
    for (const section of all(".exchange")) section.dataset.seen = "1";
    unfold();
    mark();
    const last = one(".exchange:last-child");
    if (last) settle(last);
    if (last && !location.hash) last.scrollIntoView({ block: "start" });
  });

  window.nep = { asking };
})();
