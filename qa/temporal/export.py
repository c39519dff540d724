"""A timeline as JSON, as lines for a terminal, and as files: Markdown, CSV, a picture."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from qa.errors import UserError
from qa.manifest import write_aside
from qa.messages import os_reason, say
from qa.presenting import citation_json, date_in_words, interval_in_words
from qa.temporal.picture import svg
from qa.temporal.timeline import Event

_COLUMNS = ("edtf", "planned", "quote", "source", "date", "paragraph", "start", "end", "title")
# What a spreadsheet would take for a formula.
_MARKED = re.compile(r"[\\`*_\[\]#|!]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def timeline_json(topic: str, events: Sequence[Event]) -> dict[str, Any]:
    """A timeline as ``qa timeline --json`` prints it, in order of the events' time."""
    return {"topic": topic, "events": [event_json(e) for e in events]}


def event_json(event: Event) -> dict[str, Any]:
    """One event: its interval, the words that say it, and the sentences that tell of it."""
    return {
        "edtf": str(event.interval),
        "expression": event.expression,
        "planned": event.planned,
        "quote": event.citation.quote,
        "relevance": round(event.relevance, 4),
        "citations": [citation_json(c) for c in event.citations],
    }


def timeline_lines(events: Sequence[Event]) -> Iterator[str]:
    """An event a paragraph: when, the quote, where it stands."""
    if not events:
        yield say("no_events")
    for event in events:
        planned = f" ({say('planned')})" if event.planned else ""
        yield f"{interval_in_words(event.interval)}{planned}"
        yield f"  « {' '.join(event.citation.quote.split())} »"
        for c in event.citations:
            place = f"{c.source}, {say('paragraph', n=c.paragraph)}, {c.start}-{c.end}"
            yield f"  {place} · {date_in_words(c.published)}"
        yield ""


def markdown(topic: str, events: Sequence[Event]) -> str:
    """A list under a heading; quotes as they stand, on one line."""
    lines = [f"# {_escaped(topic)}", ""]
    for event in events:
        planned = f" *({say('planned')})*" if event.planned else ""
        c = event.citation
        quote = _escaped(c.quote)
        where = f"({_escaped(c.source)}, {date_in_words(c.published)})"
        lines.append(f"- **{interval_in_words(event.interval)}**{planned} « {quote} » {where}")
    return "\n".join(lines) + "\n"


def as_csv(_: str, events: Sequence[Event]) -> str:
    """A row for each citation of each event."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for event in events:
        for c in event.citations:
            date = str(c.published or "")
            values = (
                event.interval,
                event.planned,
                c.quote,
                c.source,
                date,
                c.paragraph,
                c.start,
                c.end,
                c.title,
            )
            rows.writerow([_plain(str(v)) for v in values])
    return out.getvalue()


_FORMATS: dict[str, Callable[[str, Sequence[Event]], str]] = {".md": markdown, ".csv": as_csv, ".svg": svg}


def write(path: Path, topic: str, events: Sequence[Event]) -> None:
    """Write a file of the format that its suffix names. Raises UserError."""
    make = _FORMATS.get(path.suffix.lower())
    if make is None:
        raise UserError("export_suffix", path=path, suffix=path.suffix, known=", ".join(_FORMATS))
    try:
        write_aside(path, make(topic, events).encode("utf-8"))
    except OSError as error:
        raise UserError("storage", path=path, reason=os_reason(error)) from error


def _escaped(text: str) -> str:
    """On one line, with what Markdown and HTML would take for theirs made plain."""
    return _MARKED.sub(r"\\\g<0>", " ".join(text.split())).replace("<", "&lt;")


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
