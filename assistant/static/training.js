// The page is loaded anew after a change: whoever works by keyboard goes on from the button that was pressed, or
// from the item that it belonged to.
"use strict";
(() => {
  const KEY = "nep-training";
  const buttons = () => document.querySelectorAll("button[data-do]");

  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-do]") : null;
    if (button) sessionStorage.setItem(KEY, `${button.dataset.item} ${button.dataset.do}`);
  });

  addEventListener("DOMContentLoaded", () => {
    const [item, what] = (sessionStorage.getItem(KEY) ?? "").split(" ");
    sessionStorage.removeItem(KEY);
    if (!item) return;
    const own = [...buttons()].filter((button) => button.dataset.item === item);
    const next = own.find((button) => button.dataset.do === what) ?? own[0];
    next?.focus({ preventScroll: false });
  });
})();
