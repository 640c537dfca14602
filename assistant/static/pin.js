// Words of an article are pinned to the notebook: those that are selected, and by a button of its own every
// paragraph. The page says where each stretch of its words begins in the article's text, in code points; the server
// reads the words again from there, and compares them with what was seen.
"use strict";
(() => {
  const count = (words) => Array.from(words).length; // a letter beyond 16 bits is one code point
  const of = (node) => (node instanceof Element ? node : node?.parentElement)?.closest("article[data-pin]");

  // The stretches of an article's words that a range has some of, with their own positions.
  function stretches(article, range) {
    return [...article.querySelectorAll("[data-at]")].filter(
      (one) => range.intersectsNode(one) && !one.closest("button"),
    );
  }

  // The position in the article's text of one end of a range, inside a stretch or at its edge.
  function position(stretch, node, offset, atEnd) {
    const start = Number(stretch.dataset.at);
    if (!stretch.contains(node)) return atEnd ? start + count(stretch.textContent) : start;
    const before = document.createRange();
    before.setStart(stretch, 0);
    before.setEnd(node, offset);
    return start + count(before.toString());
  }

  function chosen() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const article = of(range.commonAncestorContainer);
    if (!article) return null;
    const all = stretches(article, range).filter((one) => {
      const inside = document.createRange();
      inside.selectNodeContents(one);
      // Touched at its edge alone, nothing of it is selected.
      return (
        range.compareBoundaryPoints(Range.END_TO_START, inside) < 0 &&
        range.compareBoundaryPoints(Range.START_TO_END, inside) > 0
      );
    });
    if (!all.length) return null;
    const [first, last] = [all[0], all.at(-1)];
    const start = position(first, range.startContainer, range.startOffset, false);
    const end = position(last, range.endContainer, range.endOffset, true);
    return start < end ? { article, start, end, words: all.map((one) => within(one, range)).join("") } : null;
  }

  // What a range has of a stretch's words.
  function within(stretch, range) {
    const part = document.createRange();
    part.selectNodeContents(stretch);
    if (stretch.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
    if (stretch.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
    return part.toString();
  }

  function button({ article, start, end, words }) {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.send = "/so-tay/ghim";
    made.dataset.article = article.dataset.pin;
    made.dataset.start = start;
    made.dataset.end = end;
    made.dataset.words = words;
    return made;
  }

  // --- what is selected --------------------------------------------------------------------------------

  let bar = null;

  function offer() {
    if (bar?.contains(document.activeElement)) return;
    const found = chosen();
    bar?.remove();
    bar = null;
    if (!found) return;
    bar = document.createElement("div");
    bar.className = "pin-bar";
    const pin = button(found);
    pin.textContent = found.article.dataset.pinThis;
    pin.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
    bar.append(pin);
    (found.article.closest("dialog") ?? document.body).append(bar);
  }

  let waiting = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 150);
  });

  // --- a paragraph -------------------------------------------------------------------------------------

  // Its button is seen when the paragraph is pointed at, and when it is reached by keyboard.
  function furnish(article) {
    if (article.dataset.furnished) return;
    article.dataset.furnished = "1";
    for (const block of article.querySelectorAll(":scope > p, :scope > ul > li")) {
      const own = [...block.querySelectorAll("[data-at]")];
      if (!own.length) continue;
      const start = Number(own[0].dataset.at);
      const end = Number(own.at(-1).dataset.at) + count(own.at(-1).textContent);
      const pin = button({ article, start, end, words: own.map((one) => one.textContent).join("") });
      pin.className = "pin-block";
      const words = block.textContent.trim().split(/\s+/);
      const begun = words.slice(0, 8).join(" ") + (words.length > 8 ? " …" : "");
      pin.setAttribute("aria-label", article.dataset.pinBlock.replace("{begun}", begun));
      pin.title = article.dataset.pinThis;
      block.append(pin);
    }
  }

  const all = () => document.querySelectorAll("article[data-pin]").forEach(furnish);
  addEventListener("DOMContentLoaded", () => {
    all();
    const sheet = document.querySelector("#reader .sheet");
    if (sheet) new MutationObserver(all).observe(sheet, { childList: true });
  });
})();
