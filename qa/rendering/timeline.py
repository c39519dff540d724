"""A timeline as a list: when, the sentence, where it stands, and a way to open the dispatch there."""

from __future__ import annotations

from collections.abc import Sequence

from qa.messages import say
from qa.presenting import date_in_words, interval_in_words
from qa.rendering.text import button, escape
from qa.temporal.timeline import Event
from qa.types import Citation
from qa.wording import word


def timeline_html(events: Sequence[Event]) -> str:
    """Events in the order given; a line where there are none."""
    if not events:
        return f'<p class="qa-note">{escape(say("no_events"))}</p>'
    return f'<ol class="qa-events">{"".join(_entry(event) for event in events)}</ol>'


def _entry(event: Event) -> str:
    planned = f" <small>({escape(say('planned'))})</small>" if event.planned else ""
    kind = "qa-planned" if event.planned else "qa-past"
    when = f'<p class="qa-when">{escape(interval_in_words(event.interval))}{planned}</p>'
    quote = f"<blockquote>{escape(event.citation.quote)}</blockquote>"
    return f'<li class="{kind}">{when}<div>{quote}{"".join(_place(c) for c in event.citations)}</div></li>'


def _place(citation: Citation) -> str:
    see = button(
        word("see_dispatch"),
        aria_label=word("see_dispatch_of", title=citation.title),
        aria_haspopup="dialog",
        data_dispatch=citation.dispatch_id,
        data_start=citation.start,
        data_end=citation.end,
    )
    said = f"{date_in_words(citation.published)} · {citation.source}"
    return f'<p class="qa-place">{escape(said)}</p><div class="qa-actions">{see}</div>'
