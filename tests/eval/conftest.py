"""Hand-made dispatches, hits and replies, and a pipeline that gives them back: the boundary, canned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from qa.dates import PartialDate
from qa.types import (
    Abstention,
    Answer,
    Candidate,
    Citation,
    Dispatch,
    Hit,
    Passage,
    Question,
    Reply,
)

MAY = PartialDate(2025, 5)


def make_hit(text: str, source: str = "001.txt", start: int = 100) -> Hit:
    body = " " * start + text
    dispatch = Dispatch(
        id=f"id-{source}", source=source, path=source, title="Titre", published=MAY, body=body
    )
    passage = Passage(f"{source}:1", dispatch.id, 1, start, start + len(text), text)
    return Hit(passage, dispatch, score=1.0, cosine=0.9, dense_rank=1, lexical_rank=None)


def make_citation(quote: str, text: str, source: str = "001.txt", start: int = 100) -> Citation:
    at = start + text.index(quote)
    return Citation(
        dispatch_id=f"id-{source}",
        source=source,
        path=source,
        encoding="utf-8",
        title="Titre",
        published=MAY,
        paragraph=1,
        start=at,
        end=at + len(quote),
        quote=quote,
        passage_start=start,
        passage_text=text,
    )


def make_answer(quote: str, text: str, confidence: float = 0.9, source: str = "001.txt") -> Answer:
    return Answer(quote, confidence, (make_citation(quote, text, source),))


def make_abstention(confidence: float, quote: str = "", text: str = "", share: float = 0.2) -> Abstention:
    found = (Candidate(quote, share, make_citation(quote, text)),) if quote else ()
    return Abstention("below_threshold", confidence, found)


@dataclass
class CannedPipeline:
    """Answers each question with the reply prepared for it and remembers what it was asked."""

    results: Mapping[str, Answer | Abstention] = field(default_factory=dict)
    hits: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    read: int = 10
    searches: list[tuple[str, int | None]] = field(default_factory=list)
    dates: list[PartialDate | None] = field(default_factory=list)

    def ask(self, question: str, *, as_of: PartialDate | None = None) -> Reply:
        self.dates.append(as_of)
        found = self.hits.get(question, ())
        return Reply(question, self.results[question], found[: self.read], {"total": 1.0})

    def search(
        self, question: str, *, top_k: int | None = None, as_of: PartialDate | None = None
    ) -> tuple[Hit, ...]:
        self.searches.append((question, top_k))
        return self.hits.get(question, ())[:top_k]


@dataclass
class Ticks:
    """A clock whose every reading is ``step`` seconds after the last."""

    step: float
    now: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def make_question(text: str, *answers: str, doc: str | None = "001.txt", **more: object) -> Question:
    values: dict[str, object] = {"id": text, "lang": "fr", "doc": doc if answers else None, **more}
    return Question(question=text, answers=answers, **values)  # type: ignore[arg-type]


@pytest.fixture
def hit() -> Callable[..., Hit]:
    return make_hit


@pytest.fixture
def citation() -> Callable[..., Citation]:
    return make_citation


@pytest.fixture
def answer() -> Callable[..., Answer]:
    return make_answer


@pytest.fixture
def withheld() -> Callable[..., Abstention]:
    return make_abstention


@pytest.fixture
def question() -> Callable[..., Question]:
    return make_question


@pytest.fixture
def canned() -> type[CannedPipeline]:
    return CannedPipeline


@pytest.fixture
def ticks() -> type[Ticks]:
    return Ticks
