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
})();
