"""The tab of the timeline: what its events call. Errors are a line on the page, as in ``chat.handlers``."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from chat.handlers import Asker, problem, spoken
from qa.filters import Filters
from qa.messages import speaking
from qa.rendering.timeline import timeline_html
from qa.temporal.export import write
from qa.temporal.timeline import Event

MOST = 20
_FILES = ("chronologie.svg", "chronologie.md", "chronologie.csv")


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Dated statements about a topic, shown and as files."""

    pipeline: Asker

    def show(self, topic: str, as_of: str, request: gr.Request) -> tuple[str, dict[str, Any]]:
        """The timeline as HTML, and as files to save; never raises."""
        with speaking(spoken(request)):
            try:
                filters = Filters.typed("", "", as_of=as_of)
                events = self.pipeline.timeline(topic, period=filters.period, as_of=filters.as_of, most=MOST)
                return timeline_html(events), gr.update(value=_saved(topic, events), visible=bool(events))
            except Exception as error:
                return problem(error), gr.update(visible=False)


def _saved(topic: str, events: Sequence[Event]) -> list[str]:
    """The files, in a folder of their own; gradio copies them to its cache."""
    folder = Path(tempfile.mkdtemp(prefix="qa-timeline-"))
    for name in _FILES:
        write(folder / name, topic, events)
    return [str(folder / name) for name in _FILES]
