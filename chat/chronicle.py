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
_ROOT = tempfile.TemporaryDirectory(prefix="qa-timeline-")
FORMS = {"SVG": "chronologie.svg", "Markdown": "chronologie.md", "CSV": "chronologie.csv"}
"""What a timeline can be saved as, and the files' names."""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Dated statements about a topic, shown and as files."""

    pipeline: Asker

    def show(self, topic: str, as_of: str, source: str, request: gr.Request) -> tuple[Any, ...]:
        """The timeline as HTML, and what each button saves; never raises."""
        with speaking(spoken(request)):
            try:
                filters = Filters.typed("", "", as_of=as_of, source=source)
                events = self.pipeline.timeline(
                    topic, period=filters.period, as_of=filters.as_of, source=filters.source, most=MOST
                )
                return timeline_html(events), *_saved(topic, events)
            except Exception as error:
                return problem(error), *_saved(topic, ())


def _saved(topic: str, events: Sequence[Event]) -> list[dict[str, Any]]:
    """The buttons with their files, which gradio copies; hidden where there is nothing to save."""
    if not events:
        return [gr.update(visible=False) for _ in FORMS]
    # One folder a timeline: two people's must not mix. The root goes with the process.
    folder = Path(tempfile.mkdtemp(dir=_ROOT.name))
    for name in FORMS.values():
        write(folder / name, topic, events)
    return [gr.update(value=str(folder / name), visible=True) for name in FORMS.values()]
