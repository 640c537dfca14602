// The page of the documents: brings files, watches them being taken in, and keeps the list. No library.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const find = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  const page = (html) => new DOMParser().parseFromString(html, "text/html");
  const bring = document.querySelector(".bring"); // not there for those who only read
  const words = bring?.dataset ?? {}; // what is said here, in the visitor's language
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const AWAY = document.documentElement.dataset.away;
  // What computers put into folders by themselves.
  const CLUTTER = /^(\.|~\$)|^(thumbs\.db|desktop\.ini|__macosx)$/i;

  function made(name, text = "", classes = "") {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = classes;
    return element;
  }

  function button(label, about, press) {
    const pressed = made("button", label);
    pressed.type = "button";
    pressed.setAttribute("aria-label", `${label}: ${about}`);
    pressed.addEventListener("click", press);
    return pressed;
  }

  const say = (text) => { byId("told").textContent = text; };
  const hear = (text) => { byId("heard").textContent = text; };

  // The answer, or { error, fields } with sentences to show.
  async function post(path, fields = {}) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "X-Nep": "1", "Content-Type": "application/json" },
        body: JSON.stringify(fields),
      });
      return await answer.json();
    } catch {
      return { error: AWAY, fields: {} };
    }
  }

  // --- bringing files -----------------------------------------------------------------------------

  const waiting = [];
  let sending = false;

  function take(files) {
    for (const file of files) {
      const row = made("li", "", "upload sending");
      row.file = file;
      byId("sending").append(row);
      waiting.push(row);
      show(row, words.waiting);
    }
    sendNext();
  }

  function show(row, said, { progress, fault } = {}) {
    const name = row.file.name;
    const what = made("div", "", "what");
    what.append(made("p", name, "name"), made("p", said, fault ? "state fault" : "state"));
    if (progress !== undefined) {
      const bar = made("progress");
      bar.max = 1;
      bar.value = progress;
      bar.setAttribute("aria-label", filled(words.sendingFile, { name }));
      what.append(bar);
    }
    row.replaceChildren(what);
    if (!fault) return;
    const acts = made("p", "", "acts");
    if (fault !== "final") acts.append(button(words.again, name, () => { waiting.push(row); show(row, words.waiting); sendNext(); }));
    acts.append(button(words.skip, name, () => { row.remove(); byId("drop").focus(); }));
    row.append(acts);
    row.classList.add("refused");
    hear(`${name}: ${said}`);
  }

  // One at a time: they all go to the same disk, and the first can be read while the second comes.
  async function sendNext() {
    if (sending || !waiting.length) return;
    sending = true;
    const row = waiting.shift();
    row.classList.remove("refused");
    await send(row);
    sending = false;
    sendNext();
  }

  function send(row) {
    const { file } = row;
    if (file.size > Number(bring.dataset.most)) {
      show(row, bring.dataset.tooLarge, { fault: "final" });
      return Promise.resolve();
    }
    return new Promise((over) => {
      const request = new XMLHttpRequest(); // fetch does not tell how much has gone
      const failed = (why) => { show(row, filled(words.failed, { why }), { fault: "again" }); over(); };
      request.open("POST", bring.dataset.upload);
      request.setRequestHeader("X-Nep", "1");
      request.setRequestHeader("X-Nep-Name", encoded(file.name));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (sent) => {
        const part = sent.total ? sent.loaded / sent.total : 0;
        show(row, filled(words.sent, { percent: Math.floor(100 * part) }), { progress: part });
      });
      request.addEventListener("load", async () => {
        if (request.status === 200) {
          await look();
          row.remove();
          over();
          return;
        }
        let why = AWAY;
        try { why = JSON.parse(request.responseText).error; } catch { /* not ours: away */ }
        failed(why);
      });
      request.addEventListener("error", () => failed(AWAY));
      show(row, words.sending, { progress: 0 });
      request.send(file);
    });
  }

  function encoded(name) {
    try {
      return encodeURIComponent(name);
    } catch { // half a character, which some file systems have
      return encodeURIComponent(name.replace(/[\ud800-\udfff]/g, "_"));
    }
  }

  // The files of what was dropped, those inside folders too.
  async function dropped(items) {
    const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [];
    const walk = async (entry, inside) => {
      if (inside && CLUTTER.test(entry.name)) return;
      if (entry.isFile) {
        files.push(await new Promise((give, fail) => entry.file(give, fail)));
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((give, fail) => reader.readEntries(give, fail)); // 100 at a time
        if (!some.length) return;
        for (const one of some) await walk(one, true);
      }
    };
    for (const entry of entries) await walk(entry, false);
    return files;
  }

  byId("drop")?.addEventListener("click", () => byId("files").click());
  byId("files")?.addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = ""; // the same file may be chosen again
  });
  let over = 0; // how deep the pointer is in elements that it entered
  const holdsFiles = (event) => bring && event.dataTransfer?.types.includes("Files");
  const lit = () => bring.classList.toggle("over", over > 0);
  document.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { over += 1; lit(); } });
  document.addEventListener("dragleave", (event) => { if (holdsFiles(event)) { over -= 1; lit(); } });
  document.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // dropped beside the field they would open in place of this page
    over = 0;
    lit();
    const plain = [...event.dataTransfer.files];
    try {
      const files = await dropped(event.dataTransfer.items);
      take(files.length ? files : plain);
    } catch {
      say(words.unread);
    }
  });
  addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

  // --- watching them being taken in -----------------------------------------------------------------

  let timer = 0;
  let looking = null;
  const source = new Map(); // of each row, what it was made from

  const look = () => (looking ??= looked().finally(() => { looking = null; }));

  async function looked() {
    clearTimeout(timer);
    let queue;
    try {
      queue = page(await (await fetch(bring.dataset.queue)).text()).getElementById("queue");
    } catch { /* the next look may find it */ }
    if (!queue) {
      timer = setTimeout(look, 3000);
      return;
    }
    renew(queue);
    if (queue.dataset.busy === "1") timer = setTimeout(look, 1000);
    if (queue.dataset.generation !== byId("list").dataset.generation) refresh(location.href, { quiet: true });
  }

  // Rows that have not changed stay the same elements: what is being read or pressed is not taken away.
  function renew(queue) {
    const old = byId("queue");
    const [rows, fresh] = [old.querySelector("ol"), queue.querySelector("ol")];
    const held = new Map([...rows.children].map((row) => [row.dataset.id, row]));
    const wanted = [...fresh.children];
    const ids = new Set(wanted.map((row) => row.dataset.id));
    const at = document.activeElement.closest?.("#queue li")?.dataset.id;
    for (const [id, row] of held) {
      if (ids.has(id)) continue;
      row.remove();
      source.delete(id);
    }
    wanted.forEach((row, n) => {
      const id = row.dataset.id;
      const before = held.get(id);
      let now = before;
      if (source.get(id) !== row.outerHTML) {
        source.set(id, row.outerHTML);
        if (before?.querySelector("details")?.open) row.querySelector("details")?.setAttribute("open", "");
        if (/done|refused/.test(row.className) && !/done|refused/.test(before?.className)) {
          hear(row.querySelector(".what").textContent);
        }
        before?.remove();
        now = row;
      }
      if (rows.children[n] !== now) rows.insertBefore(now, rows.children[n] ?? null);
    });
    for (const part of [":scope > .count", ":scope > .acts"]) {
      const [before, now] = [old.querySelector(part), queue.querySelector(part)];
      if (before?.outerHTML === now?.outerHTML) continue;
      before?.remove();
      if (now) part.endsWith("count") ? old.prepend(now) : old.append(now);
    }
    Object.assign(old.dataset, queue.dataset);
    if (at && document.activeElement === document.body) {
      const row = [...rows.children].find((one) => one.dataset.id === at);
      (row?.querySelector("button, a") ?? byId("drop")).focus();
    }
  }

  async function act(pressed) {
    const row = pressed.closest("li");
    const path = row ? `${row.dataset.id}/${pressed.dataset.do}` : pressed.dataset.do;
    pressed.disabled = true;
    const { error } = await post(`${bring.dataset.upload}/${path}`);
    pressed.disabled = false;
    if (error) say(error);
    await look();
    if (document.activeElement === document.body) byId("drop").focus();
  }

  // --- the list -------------------------------------------------------------------------------------

  let stale = false;
  let asked = 0;
  const opened = () => document.querySelector("dialog[open]") !== null;

  // Where the focus is in the list, so that it can be found again in a new one.
  function place() {
    const here = document.activeElement;
    if (!byId("list").contains(here)) return null;
    const row = here.closest("tr[data-id]");
    const rows = [...byId("list").querySelectorAll("tr[data-id]")];
    return { id: row?.dataset.id, key: here.dataset.key, at: rows.indexOf(row) };
  }

  function putBack(at) {
    if (!at) return;
    const rows = [...byId("list").querySelectorAll("tr[data-id]")];
    const row = rows.find((one) => one.dataset.id === at.id) ?? rows[Math.min(at.at, rows.length - 1)];
    const scope = at.id === undefined ? byId("list") : row;
    (scope?.querySelector(`[data-key="${at.key}"]`) ?? byId("words")).focus({ preventScroll: true });
  }

  // Told aloud is only what was asked for, not what has come by itself.
  async function refresh(address = location.href, { at = null, quiet = false } = {}) {
    if (opened()) {
      stale = true;
      return;
    }
    stale = false;
    const number = (asked += 1);
    let list;
    try {
      list = page(await (await fetch(address)).text()).getElementById("list");
    } catch { /* told below */ }
    if (number !== asked) return; // something else was asked for meanwhile
    if (!list) {
      say(AWAY);
      return;
    }
    if (opened()) {
      stale = true;
      return;
    }
    history.replaceState(null, "", address);
    const where = at ?? place();
    byId("list").replaceWith(list);
    putBack(where);
    if (!quiet) hear(list.querySelector(".count").textContent);
  }

  function address({ order = null } = {}) {
    const to = new URL(location.href);
    const given = { tim: byId("words").value.trim(), trung: byId("doubled").checked ? "1" : "" };
    if (order) [given.theo, given.chieu] = order.split(".");
    for (const [name, value] of Object.entries(given)) {
      if (value) to.searchParams.set(name, value);
      else to.searchParams.delete(name);
    }
    to.searchParams.delete("trang");
    return to.href;
  }

  let typing = 0;
  byId("search").addEventListener("submit", (event) => { event.preventDefault(); refresh(address()); });
  byId("words").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => refresh(address()), 250);
  });
  byId("doubled").addEventListener("change", () => refresh(address()));
  byId("order").addEventListener("change", (event) => refresh(address({ order: event.target.value })));

  // --- changing and removing ------------------------------------------------------------------------

  let changed = null; // the row whose dialog is open: where the focus goes back

  const rowPlace = (pressed) => {
    const rows = [...byId("list").querySelectorAll("tr[data-id]")];
    const row = pressed.closest("tr");
    return { id: row.dataset.id, key: pressed.dataset.key, at: rows.indexOf(row) };
  };

  async function edit(pressed) {
    changed = rowPlace(pressed);
    const editor = byId("editor");
    const sheet = editor.querySelector(".sheet");
    sheet.replaceChildren();
    editor.showModal();
    try {
      const main = page(await (await fetch(pressed.dataset.edit)).text()).querySelector("main");
      sheet.replaceChildren(...main.childNodes);
      sheet.querySelector("input")?.focus();
    } catch {
      sheet.replaceChildren(made("p", AWAY, "fault"));
    }
  }

  async function save(form) {
    const press = form.querySelector("[type=submit]");
    if (press.disabled) return;
    const tell = form.querySelector("[role=alert]");
    tell.textContent = "";
    press.disabled = true;
    const label = press.textContent;
    press.textContent = words.saving;
    const told = await post(form.dataset.save, Object.fromEntries(new FormData(form)));
    press.disabled = false;
    press.textContent = label;
    for (const input of form.querySelectorAll("input")) {
      const fault = told.fields?.[input.name] ?? "";
      byId(`fault-${input.name}`).textContent = fault;
      if (fault) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    if (told.error) {
      tell.textContent = told.error;
      (form.querySelector("[aria-invalid]") ?? press).focus();
      return;
    }
    byId("editor").close();
    say(filled(words.saved, { title: told.title }));
    refresh(location.href, { at: changed, quiet: true });
  }

  function askToRemove(pressed) {
    changed = { ...rowPlace(pressed), path: pressed.dataset.remove, title: pressed.closest("tr").dataset.title };
    const remover = byId("remover");
    remover.querySelector(".which").textContent = changed.title;
    remover.querySelector("[role=alert]").textContent = "";
    remover.showModal();
    remover.querySelector(".close").focus();
  }

  async function remove(pressed) {
    pressed.disabled = true;
    const label = pressed.textContent;
    pressed.textContent = words.removing;
    const { error } = await post(changed.path);
    pressed.disabled = false;
    pressed.textContent = label;
    if (error) {
      byId("remover").querySelector("[role=alert]").textContent = error;
      return;
    }
    byId("remover").close();
    say(filled(words.removed, { title: changed.title }));
    refresh(location.href, { at: changed, quiet: true });
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "edit") return;
    event.preventDefault();
    save(event.target);
  });
  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    let hit;
    if ((hit = find(event, "[data-do]"))) act(hit);
    else if ((hit = find(event, "[data-edit]"))) edit(hit);
    else if ((hit = find(event, "[data-remove]"))) askToRemove(hit);
    else if ((hit = find(event, "#remover .go"))) remove(hit);
    else if ((hit = find(event, "#editor .close, #remover .close"))) hit.closest("dialog").close();
    else if (plain && (hit = find(event, "a[data-list]"))) {
      event.preventDefault();
      refresh(hit.href);
    }
  });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("close", () => { if (stale) refresh(location.href, { quiet: true }); });
  }

  for (const row of document.querySelectorAll("#queue li")) source.set(row.dataset.id, row.outerHTML);
  if (byId("queue")?.dataset.busy === "1") look();
})();
