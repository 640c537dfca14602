// The chat page: what was asked and answered is drawn here as the server tells it. No library. All texts come with
// the page.
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
  const field = () => one("#question");
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
    field().value = text;
    grow();
  }

  // As high as what is typed, up to what nep.css allows.
  function grow() {
    const box = field();
    box.style.height = "";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  }

  // On a phone the focus would bring up the keyboard over what is to be read.
  function focusField() {
    if (wide.matches) field().focus({ preventScroll: true });
  }

  // --- asking -------------------------------------------------------------------------------------

  const PATIENCE = 60_000; // milliseconds; an answer takes a hundred

  let turn = ""; // by which the answer to the last question is known
  let wording = null; // the stream in which a language model's words come, and of which exchange they are
  let held = false; // whether what stands in the box is to be asked as soon as the answer before it stands

  // What Gradio calls by this name on the server.
  async function call(name, ...data) {
    const answer = await fetch(`${base}/gradio_api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-nep": "1" },
      body: JSON.stringify({ data }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.json();
  }

  const answers = () => all(".exchange:not(.working)", log());
  const busy = () => one(".working, .asking-again") !== null;

  function submit() {
    held = busy();
    if (held) return;
    const typed = field().value;
    type("");
    ask(typed);
  }

  async function ask(question, again = null) {
    if (busy()) return;
    const mine = turn = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const writing = breakOff();
    const asked = { turn, conversation: current(), again, shown: answers().length, writing, within: within() };
    one("#lost").hidden = true;
    if (again === null) working(question);
    try {
      const { data: [news] } = await call("run/ask", question, asked);
      if (mine === turn) told(news);
    } catch {
      if (mine === turn) lose();
    }
    if (held) submit();
  }

  // No answer has come: the question goes back where it was typed.
  function lose() {
    one("#lost").hidden = false;
    held = false;
    const waiting = one(".working [data-asked]");
    if (waiting) {
      if (field().value === "") type(waiting.dataset.asked);
      waiting.closest(".exchange").remove();
      if (!answers().length) one("#conversation .opening").replaceChildren(...one(".opening", fresh()).childNodes);
    }
    one(".asking-again")?.classList.remove("asking-again");
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

  // The answer that stands there is worded anew by the language model; its words come one after the other.
  async function word(number) {
    const mine = turn;
    const place = { turn, conversation: current(), shown: number };
    try {
      const { event_id: event } = await call("call/word", place);
      if (mine !== turn) return;
      const stream = new EventSource(`${base}/gradio_api/call/word/${event}`);
      wording = { stream, place };
      one("#stop").hidden = false;
      stream.addEventListener("generating", ({ data }) => hear(data));
      stream.addEventListener("complete", ({ data }) => {
        hear(data);
        breakOff();
        if (one(".writing", log())) open(current(), false); // it has gone on in another window
      });
      stream.addEventListener("error", () => {
        breakOff();
        if (mine === turn) lose();
      });
    } catch {
      if (mine === turn) lose();
    }
  }

  function hear(data) {
    const [news] = JSON.parse(data) ?? [];
    if (news) told(news);
  }

  // Listens no longer to what is worded; the number of that exchange.
  function breakOff() {
    const number = wording?.place.shown ?? null;
    wording?.stream.close();
    wording = null;
    one("#stop").hidden = true;
    return number;
  }

  // What stood before the wording stands.
  async function stop() {
    const place = wording?.place;
    if (!place) return;
    breakOff();
    focusField();
    try {
      const { data: [news] } = await call("run/stop", place);
      told(news);
    } catch {
      if (place.turn === turn) lose();
    }
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
    if (news.worded) word(last);
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
    if (mend && field().value === "") type(mend.dataset.mend);
    if (!writing) follow(section);
  }

  const CALM = 700; // milliseconds in which nothing is asked, before the server looks what could be asked next

  let following;
  function follow(section) {
    clearTimeout(following);
    one(".follows")?.remove();
    if (current() && section.matches(".answered, .refused")) following = setTimeout(suggest, CALM, section, current());
  }

  async function suggest(section, id) {
    const wanted = () => current() === id && one(".exchange:last-child", log()) === section && !one(".follows");
    if (!wanted()) return;
    try {
      const answer = await fetch(`${base}/tro-chuyen/${encodeURIComponent(id)}/goi-y`);
      if (!answer.ok) return;
      const made = html(await answer.text());
      if (wanted()) one(".words", section).append(made);
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

  // --- conversations ------------------------------------------------------------------------------

  const fresh = () => one("#fresh-talk").content.cloneNode(true);

  function leave() {
    turn = "";
    stop();
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
    one("#talks-said").textContent = "";
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
    } catch { // nothing is loaded in the way of whoever is leaving the page
      one("#talks-said").textContent = root.dataset.away;
      say(root.dataset.away);
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
    ask(one("textarea", form).value, n);
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
      if (field().value) find(event, ".ways a").target = "_blank";
    } else if (find(event, "[data-ask]")) {
      ask(find(event, "[data-ask]").dataset.ask);
      focusField();
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
    } else if (find(event, "#stop")) {
      stop();
    } else if (find(event, "#send")) {
      focusField();
    }
    for (const menu of all("#talks details[open], #within details[open], .judge[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("#asking, #within, .mending")) event.preventDefault();
    if (form.matches("#asking")) submit();
    if (form.matches(".mending")) askAgain(form);
    if (form.matches("#within")) field().focus();
  });

  document.addEventListener("change", (event) => {
    if (find(event, "#within select, #within input")) choose(event.target);
  });

  document.addEventListener("toggle", (event) => {
    const judge = find(event, ".judge[open]");
    if (judge) one("input[name=words]", judge).focus();
  }, true);

  let soon;
  document.addEventListener("input", (event) => {
    if (find(event, "#question")) {
      held = false;
      grow();
    }
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
      for (const other of all(".judge", judge.parentElement)) other.classList.toggle("given", other === judge);
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
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && find(event, "#question, .mending textarea")) {
      event.preventDefault();
      find(event, "form").requestSubmit();
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

  wide.addEventListener("change", unfold);
  roomy.addEventListener("change", placeTalks);
  addEventListener("popstate", () => {
    const id = new URLSearchParams(location.search).get("c");
    if (id !== current()) id ? open(id, false) : begin(false);
  });
  placeTalks();
  addEventListener("DOMContentLoaded", () => {
    chosen = read(one("#within")?.dataset.within) ?? nothing();
    chips();
    for (const section of all(".exchange")) section.dataset.seen = "1";
    unfold();
    mark();
    const last = one(".exchange:last-child");
    if (last) settle(last);
    if (last && !location.hash) last.scrollIntoView({ block: "start" });
    if (document.activeElement === document.body) focusField();
  });
})();
