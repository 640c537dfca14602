// What the browser does for a form of ours: it is sent as JSON, and the answer says where to go or what to show.
//
//   <form data-send="/path">            its fields are sent when it is submitted
//   <button data-send="/path" data-name="value" data-sure="sentence">   is sent with its other data-* as fields,
//                                       asked back first where it has a sentence
//
// The answer: {to: path} opens that page, {say: sentence} is shown (and read out) in the .said beside it, with a
// link behind it where there is {way: path, name: words}, or {error: sentence, fields: {name: sentence}} in its
// .problem. With neither the page is loaded anew.
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

  async function run(near, fields) {
    if (near.dataset.sure && !confirm(near.dataset.sure)) return;
    if (near.ariaBusy === "true") return;
    near.ariaBusy = "true";
    const told = await send(near.dataset.send, fields);
    near.ariaBusy = null;
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
      location.reload();
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
    run(form, fields);
  });

  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-send]") : null;
    if (!button) return;
    event.preventDefault();
    const { send: _, sure: __, ...fields } = button.dataset;
    run(button, fields);
  });
})();
