// What the browser does on every page of Nếp: an article opens in place, at its marked words. No library. What a
// page does beyond that is in a script of its own beside this one.
"use strict";
(() => {
  const find = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  const reader = () => document.getElementById("reader");

  function showCited(root) {
    const cited = root.querySelector("#trich");
    if (!cited) return false;
    cited.scrollIntoView({ block: "center" });
    cited.focus({ preventScroll: true });
    return true;
  }

  // --- an article in place ------------------------------------------------------------------------

  const address = (link) => link.getAttribute("href"); // in a picture a link's href is no string

  let places = []; // the cited places that are gone through, as their links
  let at = 0;

  // All places that an answer cites, article by article as they are named, and in each in reading order.
  function citedWith(link) {
    const answer = link.closest(".exchange");
    const links = answer ? [...answer.querySelectorAll("a.number[data-article]")] : [];
    if (!links.some((one) => address(one) === address(link))) return [link];
    const each = [...new Map(links.map((one) => [address(one), one])).values()];
    const article = (one) => address(one).split("?")[0];
    const start = (one) => Number(new URL(one.href).searchParams.get("tu"));
    const order = [...new Set(each.map(article))];
    return each.sort((a, b) => order.indexOf(article(a)) - order.indexOf(article(b)) || start(a) - start(b));
  }

  async function show(link) {
    const sheet = reader().querySelector(".sheet");
    reader().querySelector(".apart").href = address(link);
    const told = reader().querySelector(".places");
    if (told) {
      told.hidden = places.length < 2;
      told.querySelector(".place").textContent = told.dataset.place
        .replace("{n}", at + 1)
        .replace("{of}", places.length);
    }
    let shown;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address(link))).text(), "text/html");
      shown = [...page.querySelector("main").childNodes];
    } catch {
      const failed = document.createElement("p");
      failed.textContent = document.documentElement.dataset.away;
      shown = [failed];
    }
    if (places[at] !== link) return; // another one has been asked for meanwhile
    sheet.replaceChildren(...shown);
    sheet.scrollTop = 0;
    if (!showCited(sheet)) sheet.focus();
  }

  function open(link) {
    places = citedWith(link);
    at = places.findIndex((one) => address(one) === address(link));
    places[at] = link;
    reader().querySelector(".sheet").replaceChildren();
    reader().showModal();
    show(link);
  }

  function turn(by) {
    if (places.length < 2) return;
    at = (at + by + places.length) % places.length;
    show(places[at]);
  }

  document.addEventListener("click", (event) => {
    const link = find(event, "a[data-article]");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link && plain && reader()) {
      event.preventDefault();
      open(link); // the dialog gives the focus back to the link when it closes
    } else if (find(event, "#reader .close") || event.target.id === "reader") {
      reader().close();
    } else if (find(event, "#reader [data-turn]")) {
      turn(Number(find(event, "#reader [data-turn]").dataset.turn));
    } else if (find(event, "#reader .jump a[href='#trich']")) {
      event.preventDefault();
      showCited(reader());
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!reader()?.open || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (find(event, ".table")) return; // a wide table is moved by these keys
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      event.preventDefault();
      turn(by);
    }
  });

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

  addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("#conversation")) showCited(document);
  });
})();
