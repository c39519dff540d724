"""What flows through the pipeline: frozen values, each made from the one before it.

::

    file bytes -> Dispatch -> Passage;  question -> Hit -> Span -> Answer | Abstention, in a Reply

Offsets count characters (code points), are half-open, and are into ``Dispatch.body`` unless a
docstring says otherwise. For a plain-text file ``body == open(path, encoding=dispatch.encoding).read()``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from qa.dates import PartialDate
from qa.temporal.questions import QuestionTime
from qa.temporal.values import Interval

PassageKind = Literal["paragraph", "caption"]
Relation = Literal["same", "refined", "contradicted", "superseded"]
AbstentionReason = Literal["empty_index", "no_passage", "no_answer_found", "below_threshold"]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One dispatch as it was read; ``id`` is the hash of the file's bytes."""

    id: str
    source: str
    path: str
    title: str
    published: PartialDate | None
    body: str
    language: str = "fr"
    kind: str = "text"
    encoding: str = "utf-8"
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph (or a part of a long one): ``text == dispatch.body[start:end]``.

    ``ordinal`` counts the blocks of the file from 0, the header line; parts of one long paragraph
    share it and differ in ``start``. ``context`` characters at the beginning are read, but answer nothing.
    """

    id: str
    dispatch_id: str
    ordinal: int
    start: int
    end: int
    text: str
    kind: PassageKind = "paragraph"
    context: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage with its dispatch. Higher ``score`` (0 to 1) is better; ranks count from 1.

    ``copies`` are its duplicates in other dispatches (or places), which take no place of their own.
    """

    passage: Passage
    dispatch: Dispatch
    score: float
    cosine: float
    dense_rank: int | None
    lexical_rank: int | None
    copies: tuple[tuple[Passage, Dispatch], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A literal span of a passage; offsets are into ``Passage.text``.

    ``score`` is start plus end logit, ``null_score`` the same for "no answer" in that passage; their
    difference, the margin, is comparable between passages. Higher is better.
    """

    passage_id: str
    start: int
    end: int
    score: float
    null_score: float

    @property
    def margin(self) -> float:
        """``score - null_score``: above 0 the reader prefers the span to "no answer"."""
        return self.score - self.null_score


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: ``quote == dispatch.body[start:end]``, verified when it is made."""

    dispatch_id: str
    source: str
    path: str
    encoding: str
    title: str
    published: PartialDate | None
    paragraph: int
    start: int
    end: int
    quote: str
    passage_start: int
    passage_text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another possible answer. ``confidence`` is the probability that it is right."""

    text: str
    confidence: float
    citation: Citation


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """What an answer's time expression means, and the publication date that it was resolved against
    (None where its words alone say it).
    """

    interval: Interval
    resolved_from: PartialDate | None


@dataclass(frozen=True, slots=True)
class Told:
    """What another dispatch says; ``relation``: what the answer does to it."""

    text: str
    relation: Relation
    citation: Citation
    time: AnswerTime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The best span. ``confidence`` is the probability that it is right; ``citation`` is the best of
    ``citations``, which hold every verified place that says the same. ``history``: what other dispatches
    say, newest first.
    """

    text: str
    confidence: float
    citations: tuple[Citation, ...]
    alternatives: tuple[Candidate, ...] = ()
    time: AnswerTime | None = None
    history: tuple[Told, ...] = ()

    @property
    def citation(self) -> Citation:
        """The best citation."""
        return self.citations[0]


@dataclass(frozen=True, slots=True)
class Abstention:
    """No answer shown. ``confidence`` is the probability that nothing in what was searched answers."""

    reason: AbstentionReason
    confidence: float
    alternatives: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question gave: the answer or abstention, the passages found, and milliseconds by stage
    (embed, retrieve, read, total). ``question_time``: the period that the question names, where one steered
    the search.
    """

    question: str
    result: Answer | Abstention
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]
    question_time: QuestionTime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run of the indexer did, in files; ``embedded`` counts texts sent to the encoder."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index for ``qa status``; sizes in bytes."""

    folder: str
    dispatches: int
    passages: int
    earliest: str | None
    latest: str | None
    encoder: str
    reader: str
    bytes: int
    healthy: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` new or changed dispatches are stored."""

    done: int
    total: int


class ProgressSink(Protocol):
    """Called from time to time during long work, from the working thread."""

    def __call__(self, progress: Progress) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question set; no answers means that the dispatches do not answer it.

    ``as_of``: asked of what had been published by then. ``edtf``: what the answer's time means.
    ``relation``: what the answer does to what ``earlier``, another dispatch, says.
    """

    id: str
    lang: str
    question: str
    answers: tuple[str, ...]
    doc: str | None = None
    context: str | None = None
    tags: tuple[str, ...] = field(default=())
    as_of: PartialDate | None = None
    edtf: str | None = None
    relation: str | None = None
    earlier: str | None = None
