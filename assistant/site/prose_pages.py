"""Prose of a language model as the pages show it: values in, escaped HTML out."""

from __future__ import annotations

from html import escape as _esc

from assistant import pages
from assistant.prose import WORDED, Prose
from assistant.transcript import published
from assistant.types import Citation
from assistant.visit import say


def button(path: str, name: str) -> str:
    """The button that has the model write."""
    busy = say("Mô hình đang viết… Có thể mất vài phút; hãy để trang này mở.")
    return pages.button(path, name, busy=busy)


def prose(held: Prose, standing: Prose) -> str:
    """Of what the model wrote the sentences that are ``standing``, as one paragraph, their sources numbered
    below it; the others counted; those that nothing bore out are shown on request."""
    sources: dict[tuple[str, int, int], tuple[int, Citation]] = {}
    said = []
    for sentence in standing.sentences:
        numbers = []
        for cited in sentence.evidence:
            n, _ = sources.setdefault((cited.article, cited.start, cited.end), (len(sources) + 1, cited))
            name = _esc(say("Nguồn {n}", n=n))
            numbers.append(pages.cited_link(cited, f"[{n}]", f'class="number" aria-label="{name}"'))
        said.append(f"{_esc(sentence.text)} {' '.join(numbers)}")
    listed = "".join(_source(n, cited) for n, cited in sources.values())
    left = len(held.sentences) - len(standing.sentences)
    gone = ""
    if left:
        words = say("{n} câu không còn ở đây vì nguồn đã thay đổi, đã được gỡ hoặc đã để ra ngoài.", n=left)
        gone = f'<p class="warning">{_esc(words)}</p>'
    text = f'<p class="text">{" ".join(said)}</p><p class="worded">{_esc(say(WORDED))}</p>' if said else ""
    return f'<div class="prose">{text}{gone}<ol class="sources">{listed}</ol>{_dropped(held)}</div>'


def _source(n: int, cited: Citation) -> str:
    about = " · ".join((cited.title, *published(cited)))
    return f"<li>[{n}] <q>{_esc(' '.join(cited.quote.split()))}</q> <cite>{_esc(about)}</cite></li>"


def _dropped(held: Prose) -> str:
    if not held.dropped:
        return ""
    name = say("{n} câu của mô hình đã bị bỏ vì không khớp với nguồn", n=len(held.dropped))
    listed = "".join(f"<li><q>{_esc(one.text)}</q> ({_esc(one.why)})</li>" for one in held.dropped)
    return f"<details><summary>{_esc(name)}</summary><ul>{listed}</ul></details>"
