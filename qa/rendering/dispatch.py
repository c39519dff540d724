"""A whole dispatch to read, at a paragraph, with the span marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.blocks import agency
from qa.presenting import date_in_words
from qa.rendering.text import button, escape
from qa.types import Dispatch
from qa.wording import counted, word

# A file may be an archive of years in one: no page shows that, and nobody reads it.
MOST_SHOWN = 200_000
_BEFORE = 20_000

PLACE = "qa-place"
"""The id of the marked span."""

_PARAGRAPH = re.compile(r"\S.*?(?=\s*(?:\n[^\S\n]*\n|\Z))", re.DOTALL)


def dispatch_html(dispatch: Dispatch, start: int = 0, end: int = 0) -> str:
    """Title, date, source and every paragraph of the file; ``body[start:end]`` is marked, unless empty."""
    first = max(0, start - _BEFORE) if len(dispatch.body) > MOST_SHOWN else 0
    shown = dispatch.body[first : first + MOST_SHOWN]
    body = "".join(_paragraphs(shown, start - first, end - first))
    cut = ""
    if len(shown) < len(dispatch.body):
        sizes = {"shown": counted(len(shown), "character"), "all": counted(len(dispatch.body), "character")}
        cut = f'<p class="qa-note">{escape(word("cut", **sizes))}</p>'
    return f'{_head(dispatch)}<div class="qa-body" lang="fr" tabindex="0" role="document">{cut}{body}</div>'


def gone_html() -> str:
    """What is read instead of a dispatch that has gone meanwhile."""
    return f'<div class="qa-dispatch-head"><h2>{escape(word("dispatch_gone"))}</h2>{_close()}</div>'


def _head(dispatch: Dispatch) -> str:
    facts = (date_in_words(dispatch.published), agency(dispatch.body), dispatch.source)
    line = " · ".join(escape(fact) for fact in facts if fact)
    said = f"<div><h2>{escape(dispatch.title)}</h2><p>{line}</p></div>"
    return f'<div class="qa-dispatch-head">{said}{_close()}</div>'


def _close() -> str:
    return button(word("close"), data_close=True)


def _paragraphs(body: str, start: int, end: int) -> Iterator[str]:
    for match in _PARAGRAPH.finditer(body):
        text = match.group()
        a, b = max(start - match.start(), 0), min(end - match.start(), len(text))
        if a < b and start < end:
            before, span, after = (escape(t) for t in (text[:a], text[a:b], text[b:]))
            yield f'<p class="qa-here">{before}<mark id="{PLACE}">{span}</mark>{after}</p>'
        else:
            yield f"<p>{escape(text)}</p>"
