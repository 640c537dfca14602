// Tells that the session has ended as soon as the server says so to anything that the page asks, whoever wrote the
// part that asks. What stands in the page stays.
"use strict";
(() => {
  const plain = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await plain(...asked);
    const ended = answer.status === 401;
    const note = document.getElementById("ended");
    if (note && note.hidden === ended) note.hidden = !ended;
    return answer;
  };
  // Whoever comes back from the tab where one signs in again is told no longer.
  addEventListener("focus", () => {
    const base = document.documentElement.dataset.base ?? "";
    if (document.getElementById("ended")?.hidden === false) window.fetch(`${base}/tai-khoan`).catch(() => {});
  });
})();
