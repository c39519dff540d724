"""A timeline as a picture: SVG text, dates on the left of a line, quotes on its right.

Text stays text (it can be searched and read aloud), fonts are the viewer's, nothing is fetched. What is
planned has an open dot, what is past a full one.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence

from qa.messages import say
from qa.presenting import date_in_words, interval_in_words
from qa.temporal.timeline import Event

_WIDTH, _LEFT, _MARGIN, _LINE = 860, 230, 28, 21
_COLUMNS, _SOURCE_COLUMNS, _TITLE_COLUMNS, _TITLE_LINES = 78, 92, 76, 3
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLE = (
    "text{font:15px Georgia,'Noto Serif',serif;fill:#22252a}"
    ".when{font:600 14px system-ui,sans-serif;text-anchor:end}"
    ".source{font:12px system-ui,sans-serif;fill:#62666d}"
    ".title{font:600 20px Georgia,'Noto Serif',serif}"
)


def svg(topic: str, events: Sequence[Event]) -> str:
    """The picture of events in the order given."""
    title = textwrap.wrap(topic, _TITLE_COLUMNS)[:_TITLE_LINES]
    parts = [_text("title", _MARGIN, 38 + i * 26, line) for i, line in enumerate(title)]
    y = 46 + 26 * max(1, len(title))
    top = y - 6
    for event in events:
        drawn, y = _entry(event, y)
        parts += drawn
    line = f'<path d="M{_LEFT} {top}V{y - 30}" stroke="#b9b4a8" stroke-width="2"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y}" width="{_WIDTH}" height="{y}"'
        ' role="img">'
        f"<title>{_plain(topic)}</title><style>{_STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#faf8f3"/>{line}{"".join(parts)}</svg>\n'
    )


def _entry(event: Event, y: int) -> tuple[list[str], int]:
    """One event and where the next one begins."""
    fill = "#faf8f3" if event.planned else "#33566b"
    parts = [f'<circle cx="{_LEFT}" cy="{y - 5}" r="6" fill="{fill}" stroke="#33566b" stroke-width="2"/>']
    when = textwrap.wrap(interval_in_words(event.interval), 24)
    if event.planned:
        when.append(f"({say('planned')})")
    parts += [_text("when", _LEFT - 18, y + i * 18, line) for i, line in enumerate(when)]
    lines = textwrap.wrap(event.citation.quote, _COLUMNS)
    parts += [_text("", _LEFT + 20, y + i * _LINE, line) for i, line in enumerate(lines)]
    below = y + len(lines) * _LINE
    sources = textwrap.wrap(_sources(event), _SOURCE_COLUMNS)
    parts += [_text("source", _LEFT + 20, below + i * 16, line) for i, line in enumerate(sources)]
    below += 16 * (len(sources) - 1)
    return parts, max(below, y + len(when) * 18) + 38


def _text(name: str, x: int, y: int, text: str) -> str:
    kind = f' class="{name}"' if name else ""
    return f'<text{kind} x="{x}" y="{y}">{_plain(text)}</text>'


def _plain(text: str) -> str:
    """Escaped, without the control characters that XML 1.0 has no place for."""
    return html.escape(_NO_XML.sub(" ", text))


def _sources(event: Event) -> str:
    return " · ".join(f"{c.source} ({date_in_words(c.published)})" for c in event.citations[:3])
