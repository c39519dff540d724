"""The tab of dispatches: find them, read one, add some, remove one, renew the index."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import gradio as gr

from chat.handlers import Asker, problem, spoken
from qa.archive import Wanted
from qa.filters import Filters
from qa.library import Library
from qa.messages import speaking
from qa.rendering.shelf import list_html, understood_html
from qa.rendering.state import progress_html, report_html
from qa.scope import Scope
from qa.types import IndexReport, Progress, ProgressSink

PAGE = 20

Work = Callable[[ProgressSink], IndexReport]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the tab's events call."""

    pipeline: Asker
    library: Library

    def browse(
        self, words: str, source: str, since: str, until: str, page: float, request: gr.Request
    ) -> tuple[str, Any, Any]:
        """A page of the list, and whether there is one before and after it."""
        first = PAGE * int(page or 0)
        with speaking(spoken(request)):
            try:
                wanted = Wanted(words, Scope(Filters.typed(since, until).period, source))
                total, rows = self.pipeline.browse(wanted, first, PAGE)
            except Exception as error:
                return problem(error), gr.update(interactive=False), gr.update(interactive=False)
            shown = list_html(rows, first, total)
        return shown, gr.update(interactive=first > 0), gr.update(interactive=first + PAGE < total)

    def understand(self, files: list[str] | None, request: gr.Request) -> tuple[str, Any]:
        """What was dropped, before it is added; nothing of it may be a dispatch."""
        with speaking(spoken(request)):
            found = self.library.understand([Path(file) for file in files or ()])
            able = any(file.problem is None for file in found)
            return understood_html(found), gr.update(interactive=able)

    def add(self, files: list[str] | None, request: gr.Request) -> Iterator[tuple[str, Any, Any, Any]]:
        """Store and index what was dropped; then what was understood stays to be read, the files go."""
        paths = [Path(file) for file in files or ()]
        with speaking(spoken(request)):
            after = understood_html(self.library.understand(paths))
        waiting = gr.update(interactive=False)
        for html, done in self._work(lambda sink: self.library.add(paths, sink), request):
            yield (html, after, None, waiting) if done else (html, gr.skip(), gr.skip(), waiting)

    def renew(self, request: gr.Request) -> Iterator[tuple[str, Any]]:
        """Index what came or changed in the folders."""
        for html, done in self._work(self.library.renew, request):
            yield html, gr.update(interactive=done)

    def remove(self, chosen: gr.EventData, request: gr.Request) -> str:
        """Take a dispatch out; what came of it, as HTML."""
        with speaking(spoken(request)):
            try:
                paths = [Path(path) for path in self.pipeline.paths_of(str(chosen.dispatch))]
                return report_html(self.library.remove(paths))
            except Exception as error:
                return problem(error)

    def _work(self, work: Work, request: gr.Request) -> Iterator[tuple[str, bool]]:
        """Run in a thread of its own: how far it has come, then, with True, what it did."""
        language = spoken(request)
        events: SimpleQueue[Progress | str] = SimpleQueue()
        with speaking(language):
            context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(_into, events, work), daemon=True).start()
        event: Progress | str | None = None
        while not isinstance(event, str):
            with speaking(language):
                shown = progress_html(event)
            yield shown, False
            event = _latest(events)
        yield event, True


def _into(events: SimpleQueue[Progress | str], work: Work) -> None:
    try:
        events.put(report_html(work(lambda progress: events.put(progress))))
    except Exception as error:
        events.put(problem(error))


def _latest(events: SimpleQueue[Progress | str]) -> Progress | str:
    """The last event so far (waits for one): progress that nobody could see is skipped."""
    event = events.get()
    while not isinstance(event, str) and not events.empty():
        event = events.get()
    return event
