"""Put questions to the product and keep what came: the only module of ``eval`` that calls a pipeline.

Three modes::

    ask        Pipeline.ask, as a user would: retrieval, reading, abstention, citation
    retrieval  Pipeline.search alone, the first ten passages
    reader     ReaderOnly.answer on each question's own context

Called by ``qa eval``. Nothing here knows a question, a document or a model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from eval.metrics.citation_accuracy import citation_right
from eval.metrics.exact_match import exact_match
from eval.metrics.f1 import f1
from eval.metrics.relevance import gold_ranks
from eval.records import Evaluation, Mode, Record
from eval.summary import summarise
from eval.wording import word
from qa.dates import PartialDate
from qa.errors import BadQuestion, BadQuestionSet, UserError
from qa.messages import os_reason
from qa.types import Abstention, Answer, Hit, Question, Reply

__all__ = [
    "Asker",
    "ContextReader",
    "Evaluation",
    "Mode",
    "Outcome",
    "Record",
    "evaluate",
    "summarise",
    "write_predictions",
]

# The deepest rank that a metric looks at.
DEPTH = 10

Clock = Callable[[], float]


@runtime_checkable
class Asker(Protocol):
    """What modes ask and retrieval need: ``qa.pipeline.Pipeline``."""

    def ask(self, question: str, *, as_of: PartialDate | None = None) -> Reply:
        """Answer or abstain, of what had been published by ``as_of``; raises BadQuestion."""

    def search(
        self, question: str, *, top_k: int | None = None, as_of: PartialDate | None = None
    ) -> tuple[Hit, ...]:
        """Return the best passages, best first; raises BadQuestion."""


class Outcome(Protocol):
    """What a reader made of one question and context; ``text`` None is an abstention."""

    @property
    def text(self) -> str | None:
        """The span, or None."""

    @property
    def confidence(self) -> float:
        """The probability that this output is right."""

    @property
    def start(self) -> int | None:
        """Where the span starts in the context."""

    @property
    def end(self) -> int | None:
        """Where it ends."""


@runtime_checkable
class ContextReader(Protocol):
    """What mode reader needs: ``qa.factory.open_reader_pipeline``."""

    def answer(self, question: str, context: str) -> Outcome:
        """Read one context; raises BadQuestion."""


def evaluate(
    questions: Iterable[Question],
    pipeline: Asker | ContextReader,
    mode: Mode = "ask",
    *,
    clock: Clock = time.perf_counter,
) -> Evaluation:
    """Put every question to ``pipeline``, one after the other, and return what came, in their order.

    ``clock`` gives seconds. TypeError when the pipeline cannot do ``mode``; BadQuestionSet when a question
    cannot be asked, or has no context in mode reader.
    """
    one = _of_mode(pipeline, mode, clock)
    return Evaluation(mode, tuple(_named(one, question) for question in questions))


def write_predictions(path: Path, records: Iterable[Record]) -> None:
    """Write one line of JSON a record: id, answer, confidence, doc, start, end, latency_ms.

    ``answer``, ``doc``, ``start`` and ``end`` are null where the answer was withheld. Raises UserError when
    the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_prediction(record) for record in records)
    except OSError as error:
        raise UserError("storage", path=path, reason=os_reason(error)) from None


def _prediction(record: Record) -> str:
    keys = ("id", "answer", "confidence", "doc", "start", "end", "latency_ms")
    return json.dumps({key: getattr(record, key) for key in keys}, ensure_ascii=False) + "\n"


def _of_mode(pipeline: Asker | ContextReader, mode: Mode, clock: Clock) -> Callable[[Question], Record]:
    if mode == "reader" and isinstance(pipeline, ContextReader):
        return lambda question: _read(question, pipeline, clock)
    if mode == "ask" and isinstance(pipeline, Asker):
        return lambda question: _ask(question, pipeline, clock)
    if mode == "retrieval" and isinstance(pipeline, Asker):
        return lambda question: _search(question, pipeline, clock)
    raise TypeError(f"{type(pipeline).__name__} cannot do mode {mode!r}")


def _named(one: Callable[[Question], Record], question: Question) -> Record:
    try:
        return one(question)
    except BadQuestion as error:
        raise BadQuestionSet(word("question", id=question.id, reason=error)) from error


def _ask(question: Question, pipeline: Asker, clock: Clock) -> Record:
    began = clock()
    reply = pipeline.ask(question.question, as_of=question.as_of)
    record = replace(_blank(question, began, clock), confidence=reply.result.confidence)
    # A pipeline that read fewer passages than the metrics look at is asked for the rest, untimed.
    if question.answers:
        deep = len(reply.hits) >= DEPTH
        hits = reply.hits if deep else pipeline.search(question.question, top_k=DEPTH, as_of=question.as_of)
        record = replace(record, ranks=gold_ranks(hits[:DEPTH], question))
    record = replace(record, passage=reply.hits[0].passage.text if reply.hits else None)
    if isinstance(reply.result, Answer):
        return _scored(_answered(record, reply.result, question))
    return _scored(_withheld(record, reply.result))


def _answered(record: Record, result: Answer, question: Question) -> Record:
    citation = result.citation
    return replace(
        record,
        answer=result.text,
        best=result.text,
        best_confidence=result.confidence,
        doc=citation.source,
        start=citation.start,
        end=citation.end,
        citation_right=citation_right(citation, question) if question.answers else None,
        passage=citation.passage_text,
        edtf_right=_value_right(result, question),
        relation_right=_relation_right(result, question),
    )


def _value_right(result: Answer, question: Question) -> bool | None:
    """Whether the answer's time means what it should; None where the question does not say."""
    if question.edtf is None:
        return None
    return result.time is not None and str(result.time.interval) == question.edtf


def _relation_right(result: Answer, question: Question) -> bool | None:
    """Whether the history names the relation to the dispatch that the question names, if it names one."""
    if question.relation is None:
        return None
    return any(
        t.relation == question.relation and t.citation.source == question.earlier for t in result.history
    )


def _withheld(record: Record, result: Abstention) -> Record:
    if not result.alternatives:
        return record
    best = result.alternatives[0]
    passage = best.citation.passage_text
    return replace(record, best=best.text, best_confidence=best.confidence, passage=passage)


def _search(question: Question, pipeline: Asker, clock: Clock) -> Record:
    began = clock()
    hits = pipeline.search(question.question, top_k=DEPTH, as_of=question.as_of)
    record = _blank(question, began, clock)
    return replace(record, ranks=gold_ranks(hits[:DEPTH], question)) if question.answers else record


def _read(question: Question, reader: ContextReader, clock: Clock) -> Record:
    if question.context is None:
        raise BadQuestionSet(word("question", id=question.id, reason=word("missing", key="context")))
    began = clock()
    outcome = reader.answer(question.question, question.context)
    record = replace(_blank(question, began, clock), confidence=outcome.confidence)
    if outcome.text is not None:
        record = replace(
            record,
            answer=outcome.text,
            best=outcome.text,
            best_confidence=outcome.confidence,
            start=outcome.start,
            end=outcome.end,
        )
    return _scored(record)


def _blank(question: Question, began: float, clock: Clock) -> Record:
    """Return a record that knows its question and, ``clock`` being read first of all, what the call took."""
    took = round((clock() - began) * 1000, 3)
    return Record(
        question.id,
        question.lang,
        question.tags,
        question.question,
        question.answers,
        latency_ms=took,
        as_of=None if question.as_of is None else str(question.as_of),
        # What an answer turns to True where it is; withholding names no value and no relation.
        edtf_right=None if question.edtf is None else False,
        relation_right=None if question.relation is None else False,
    )


def _scored(record: Record) -> Record:
    arguments = record.answer, record.answers, record.lang
    return replace(record, em=exact_match(*arguments), f1=f1(*arguments))
