"""Conversations put to a pipeline three ways: each turn as typed, as rewritten, as its author wrote it out.

The conversation goes on as it does in the chat: what a follow-up is rewritten from are the questions as
understood and the replies they got, mistakes included (Dalton, Xiong & Callan 2020, "TREC CAsT 2019",
compare raw, automatically and manually resolved utterances in this way). Called by
``benchmarks.conversations``; raises OSError, and KeyError or ValueError for a file that is no set of
conversations.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.metrics.f1 import f1
from qa.followups import Earlier, followup
from qa.types import Answer, Reply

QUESTIONS = Path(__file__).parent / "questions" / "conversations.jsonl"
RIGHT = 0.5


class Asker(Protocol):
    """The part of ``qa.pipeline.Pipeline`` that is needed."""

    def ask(self, question: str) -> Reply:
        """Answer or abstain; raises BadQuestion."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as typed and written out; ``followup``: whether it needs what came before."""

    question: str
    standalone: str
    followup: bool
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Two or three turns on dispatches of ``tests/conversations``; ``split``: dev or test."""

    id: str
    split: str
    lang: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What a question gave: the answer, its dispatch, its characters there; None for an abstention."""

    text: str | None
    source: str | None
    right: bool
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """A later turn, what it was rewritten to (itself where it was left alone), and what each way gave."""

    conversation: str
    turn: Turn
    rewritten: str
    typed: Given
    resolved: Given
    standalone: Given


@dataclass(frozen=True, slots=True)
class Score:
    """Shares over the later turns of a split: ``followups`` that need the others, ``full`` that do not.

    ``as_standalone`` and ``typed_as_standalone``: follow-ups answered as the written-out question is,
    rewritten and as typed. ``in_its_place``: those rewritten that share characters with its answer, "19" with
    "19 blessés", or give none as it does. ``unchanged``: full questions left alone. The last three:
    follow-ups with an F1 of at least 0.5.
    """

    followups: int
    full: int
    as_standalone: float
    in_its_place: float
    typed_as_standalone: float
    unchanged: float
    right_typed: float
    right_rewritten: float
    right_standalone: float


def read_conversations(path: Path = QUESTIONS) -> tuple[Conversation, ...]:
    """The conversations of a file of JSON lines."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Conversation(r["id"], r["split"], r["lang"], tuple(map(_turn, r["turns"]))) for r in rows)


def play(conversation: Conversation, pipeline: Asker) -> list[Played]:
    """The later turns of a conversation, each asked three ways."""
    said: list[Earlier] = []
    played = []
    for n, turn in enumerate(conversation.turns):
        found = followup(turn.question, said)
        asked = found.rewritten if found else turn.question
        reply = pipeline.ask(asked)
        said.append(Earlier.of(reply))
        if n:
            given = [_given(r, turn, conversation.lang) for r in (
                pipeline.ask(turn.question), reply, pipeline.ask(turn.standalone)
            )]  # fmt: skip
            played.append(Played(conversation.id, turn, asked, *given))
    return played


def score(played: Iterable[Played]) -> Score:
    """Over all later turns; 0 where there is nothing to divide by."""
    turns = list(played)
    later = [p for p in turns if p.turn.followup]
    full = [p for p in turns if not p.turn.followup]
    return Score(
        followups=len(later),
        full=len(full),
        as_standalone=_share([same(p.resolved, p.standalone) for p in later]),
        in_its_place=_share([same_place(p.resolved, p.standalone) for p in later]),
        typed_as_standalone=_share([same(p.typed, p.standalone) for p in later]),
        unchanged=_share([p.rewritten == p.turn.question for p in full]),
        right_typed=_share([p.typed.right for p in later]),
        right_rewritten=_share([p.resolved.right for p in later]),
        right_standalone=_share([p.standalone.right for p in later]),
    )


def same(one: Given, other: Given) -> bool:
    """Whether two questions gave the same text of the same dispatch, or both nothing."""
    return (one.text, one.source) == (other.text, other.source)


def same_place(one: Given, other: Given) -> bool:
    """Whether two answers share characters of one dispatch, or both gave nothing."""
    if one.span is None or other.span is None:
        return same(one, other)
    (start, end), (first, last) = one.span, other.span
    return one.source == other.source and start < last and first < end


def _turn(row: dict[str, object]) -> Turn:
    answers = row["answers"]
    assert isinstance(answers, list)
    return Turn(str(row["question"]), str(row["standalone"]), bool(row["followup"]), tuple(answers))


def _given(reply: Reply, turn: Turn, lang: str) -> Given:
    result = reply.result
    if not isinstance(result, Answer):
        return Given(None, None, (f1(None, turn.answers, lang) or 0.0) >= RIGHT)
    right, cited = (f1(result.text, turn.answers, lang) or 0.0) >= RIGHT, result.citation
    return Given(result.text, cited.source, right, (cited.start, cited.end))


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
