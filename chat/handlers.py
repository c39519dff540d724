"""What the page's events call. Generators: each value they yield is shown at once.

Every call answers in the language of the request it came with, so that two users do not mix; an error made on
purpose (``qa.errors``) is a line on the page, any other one too, with its traceback in the log.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import gradio as gr

from chat.serving import language_of
from qa.archive import Listed, Wanted
from qa.dates import PartialDate, Period
from qa.errors import QaError
from qa.exporting import export
from qa.filters import Filters, filters_in_words
from qa.followups import Earlier, followup
from qa.messages import Language, speaking
from qa.rendering.card import notice_html, question_html, reply_html
from qa.rendering.dispatch import dispatch_html, gone_html
from qa.rendering.state import state_html
from qa.settings import DEFAULT_TOP_K, MAX_TOP_K, check_range
from qa.talk import Talks, Turn
from qa.temporal.timeline import Event
from qa.types import Dispatch, IndexStatus, Reply
from qa.wording import word

log = logging.getLogger(__name__)

Message = dict[str, Any]

# What "elle" or "là-bas" stands for was said in the last turns.
TURNS_LOOKED_BACK = 4

EXAMPLES: dict[Language, tuple[str, ...]] = {
    "fr": (
        "Quand est prévue la signature de la Convention de Hanoï\u00a0?",
        "Qui conduisait la délégation vietnamienne à Vienne\u00a0?",
        "Depuis quand le Vietnam est-il membre d’Interpol\u00a0?",
        "Qui a remporté la Coupe du monde de football\u00a0?",
    ),
    "en": (
        "When will the Hanoi Convention be signed?",
        "Who led the Vietnamese delegation in Vienna?",
        "Since when has Vietnam been a member of Interpol?",
        "Who won the football World Cup?",
    ),
}


class Asker(Protocol):
    """The part of ``qa.pipeline.Pipeline`` that the chat uses."""

    @property
    def threshold(self) -> float:
        """The probability below which an answer is withheld."""

    def ask(
        self,
        question: str,
        *,
        period: Period,
        top_k: int | None,
        threshold: float | None,
        as_of: PartialDate | None,
        use_time: bool,
        source: str,
    ) -> Reply:
        """Answer or abstain; safe to call from many threads. Raises BadQuestion."""

    def timeline(
        self, topic: str, *, period: Period, as_of: PartialDate | None, most: int, source: str
    ) -> tuple[Event, ...]:
        """Dated statements about a topic. Raises as ``ask``."""

    def dispatch(self, dispatch_id: str) -> Dispatch:
        """A whole dispatch. Raises KeyError."""

    def browse(self, wanted: Wanted, first: int, most: int) -> tuple[int, list[Listed]]:
        """How many dispatches there are of those wanted, and ``most`` of them from ``first``."""

    def paths_of(self, dispatch_id: str) -> list[str]:
        """The files that hold a dispatch."""

    def status(self) -> IndexStatus:
        """What is in the index now."""

    def close(self) -> None:
        """Let go of files."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The chat's own events; ``top_k`` is how many passages are read unless a filter says otherwise."""

    pipeline: Asker
    top_k: int = DEFAULT_TOP_K
    talks: Talks = field(default_factory=Talks)

    # -- asking -------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        history: list[Message],
        talk: str = "",
        since: str = "",
        until: str = "",
        as_of: str = "",
        source: str = "",
        top_k: int | None = None,
        threshold: float | None = None,
        use_time: bool = True,
        as_typed: bool = False,
        request: gr.Request | None = None,
    ) -> Iterator[tuple[str, list[Message]]]:
        """Answer a question with a literal quotation of a dispatch, or say that there is none.

        One that needs what was said before is rewritten, unless it is to be asked ``as_typed``.
        """
        language = spoken(request)
        understood = "" if as_typed else self._understood(question, talk)
        narrowed = (since, until, as_of, source, top_k, threshold)
        if question.strip():
            with speaking(language):
                shown = question_html(question, self._filters(*narrowed) or Filters(), understood)
            history = [*history, _message("user", shown)]
            yield "", history
        with speaking(language):
            typed = question if understood else ""
            answer = self.answer(understood or question, talk, *narrowed, use_time=use_time, typed=typed)
        yield "", [*history, _message("assistant", answer)]

    def ask_shown(
        self,
        history: list[Message],
        talk: str,
        since: str,
        until: str,
        as_of: str,
        source: str,
        top_k: int | None,
        threshold: float | None,
        chosen: gr.EventData,
        request: gr.Request,
    ) -> Iterator[tuple[str, list[Message]]]:
        """Ask a question of the page: an example, or what was typed and had been understood otherwise."""
        narrowed = (since, until, as_of, source, top_k, threshold)
        yield from self.ask(
            str(chosen.value["text"]), history, talk, *narrowed, as_typed=True, request=request
        )

    def _understood(self, question: str, talk: str) -> str:
        """A follow-up question as it stands alone; empty where the question does by itself."""
        outcomes = [turn.outcome for turn in self.talks.turns(talk)[-TURNS_LOOKED_BACK:]]
        found = followup(question, [Earlier.of(o) for o in outcomes if isinstance(o, Reply)])
        return found.rewritten if found else ""

    def answer(
        self,
        question: str,
        talk: str = "",
        since: str = "",
        until: str = "",
        as_of: str = "",
        source: str = "",
        top_k: int | None = None,
        threshold: float | None = None,
        use_time: bool = True,
        typed: str = "",
    ) -> str:
        """The reply as HTML, noted in the conversation; never raises."""
        filters = Filters()
        outcome: Reply | Exception
        try:
            filters = replace(self._typed(since, until, as_of, source, top_k, threshold), use_time=use_time)
            outcome = self.pipeline.ask(question, **filters.as_options())
        except Exception as error:
            outcome = error
        return card(self.talks.add(talk if question.strip() else "", question, filters, outcome, typed))

    # -- the page -----------------------------------------------------------------------------------

    def open(self, talk: str, request: gr.Request) -> tuple[Any, ...]:
        """What a page shows that is opened, or opened again: the conversation, the filters of its address.

        Gives the conversation, the question that the address asks, the filters, and their summary.
        """
        language = spoken(request)
        asked = dict(request.query_params) if request is not None else {}
        turns = self.talks.turns(talk)
        with speaking(language):
            thread = gr.update(
                value=[m for turn in turns for m in messages_of(turn)],
                examples=[{"text": question} for question in EXAMPLES[language]],
            )
            try:
                filters, note = Filters.from_query(asked), ""
            except QaError as error:
                filters, note = Filters(), notice_html(str(error))
            question = asked.get("q", "")
            if turns and (turns[-1].question, turns[-1].filters) == (question, filters):
                question = ""  # the page was opened again: its question is answered
            return (thread, question, *self._shown(filters), self._summary(filters), note)

    def ask_of_address(
        self,
        question: str,
        history: list[Message],
        talk: str,
        since: str,
        until: str,
        as_of: str,
        source: str,
        top_k: int | None,
        threshold: float | None,
        request: gr.Request,
    ) -> Iterator[tuple[str, list[Message]]]:
        """Ask what a permalink asks, if it does."""
        if not question:
            yield gr.skip(), gr.skip()  # gradio empties the outputs of a generator that gives nothing
            return
        use_time = getattr(request, "query_params", {}).get("time") != "off"
        narrowed = (since, until, as_of, source, top_k, threshold)
        yield from self.ask(
            question, history, talk, *narrowed, use_time=use_time, as_typed=True, request=request
        )

    def clear(self, talk: str) -> None:
        """The conversation was cleared."""
        self.talks.forget(talk)

    def narrow(
        self,
        since: str,
        until: str,
        as_of: str,
        source: str,
        top_k: int,
        threshold: float,
        request: gr.Request,
    ) -> tuple[Any, str]:
        """The filters in words, or what is wrong with one."""
        with speaking(spoken(request)):
            try:
                return self._summary(self._typed(since, until, as_of, source, top_k, threshold)), ""
            except QaError as error:
                return gr.skip(), notice_html(str(error))

    def reset(self, request: gr.Request) -> tuple[Any, ...]:
        """No filters."""
        with speaking(spoken(request)):
            return (*self._shown(Filters()), self._summary(Filters()), "")

    def read(self, place: list[Any], request: gr.Request) -> str:
        """A dispatch as HTML, ``body[start:end]`` marked; ``place``: its id, start, end."""
        with speaking(spoken(request)):
            try:
                dispatch_id, start, end = place
                return dispatch_html(self.pipeline.dispatch(str(dispatch_id)), int(start), int(end))
            except KeyError:
                return gone_html()

    def export(self, asked: list[Any], request: gr.Request) -> dict[str, str]:
        """The conversation as a file for the browser to save; ``asked``: its id, the format."""
        talk, form = asked
        with speaking(spoken(request)):
            document = export(self.talks.turns(str(talk)), form)
        data = base64.b64encode(document.data).decode("ascii")
        return {"name": document.name, "type": document.media_type, "data": data}

    def state(self, request: gr.Request | None = None) -> str:
        """What is in the index, in a line of HTML."""
        with speaking(spoken(request)):
            try:
                return state_html(self.pipeline.status())
            except Exception as error:
                return problem(error)

    # -- filters ------------------------------------------------------------------------------------

    @property
    def _threshold(self) -> int:
        return round(100 * self.pipeline.threshold)

    def _typed(
        self, since: str, until: str, as_of: str, source: str, top_k: int | None, threshold: float | None
    ) -> Filters:
        """What differs from how the chat was started; the threshold is in percent.

        Raises BadDate, and UserError for a number out of range.
        """
        own_k = self.top_k if top_k is None else int(top_k)
        percent = self._threshold if threshold is None else round(threshold)
        check_range(word("passages_read"), own_k, 1, MAX_TOP_K)
        check_range(word("threshold"), percent, 0, 100)
        return Filters.typed(
            since,
            until,
            None if own_k == self.top_k else own_k,
            None if percent == self._threshold else percent / 100,
            as_of,
            source=source,
        )

    def _filters(self, *narrowed: Any) -> Filters | None:  # noqa: ANN401
        """The filters, or None where one cannot be understood."""
        with suppress(QaError):
            return self._typed(*narrowed)
        return None

    def defaults(self) -> tuple[str, str, str, str, int, int]:
        """What the fields show when nothing is narrowed."""
        return self._shown(Filters())

    def _shown(self, filters: Filters) -> tuple[str, str, str, str, int, int]:
        """Filters as the fields show them."""
        period = filters.period
        threshold = self._threshold if filters.threshold is None else round(100 * filters.threshold)
        dates = ("" if end is None else str(end) for end in (period.since, period.until, filters.as_of))
        return (*dates, filters.source, filters.top_k or self.top_k, threshold)  # type: ignore[return-value]

    def _summary(self, filters: Filters) -> dict[str, Any]:
        return gr.update(
            label=word("filters_on", what=filters_in_words(filters)) if filters else word("filters")
        )


def spoken(request: gr.Request | None) -> Language:
    """The language of whoever asks."""
    return language_of(request.headers if request is not None and request.headers is not None else {})


def card(turn: Turn) -> str:
    """What came of a question, as HTML; never raises."""
    if not isinstance(turn.outcome, Reply):
        return problem(turn.outcome)
    try:
        return reply_html(turn.outcome, turn.filters, turn.id)
    except Exception as error:
        return problem(error)


def messages_of(turn: Turn) -> list[Message]:
    """A turn as the chat shows it."""
    understood = turn.question if turn.typed else ""
    asked = question_html(turn.typed or turn.question, turn.filters, understood)
    return [_message("user", asked), _message("assistant", card(turn))]


def problem(error: Exception) -> str:
    """A line for the page; what nobody foresaw goes to the log with its traceback."""
    if isinstance(error, QaError):
        return notice_html(str(error))
    log.error("unexpected error", exc_info=error)
    return notice_html(word("unexpected"))


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}
