"""What is carried over from the last turn of a French conversation: an answer, what a pronoun stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.followups.phrases import LEAD, Asked, is_feminine, read
from qa.followups.slots import names_of, trimmed
from qa.followups.types import Earlier

_PERSON = re.compile(r"[A-ZÀ-ÝĐ][\w'-]+ [A-ZÀ-ÝĐ]")
# Words of an answer that fit into a question; of a longer one the last name does.
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Past:
    """The last turn: its question without "Et" and its mark, read; the answer (empty: withheld), the dispatch.

    ``topic``: what it was about; where that is a person alone, also what the question before was about.
    """

    question: str
    asked: Asked
    answer: str
    text: str
    topic: str

    @classmethod
    def of(cls, said: Sequence[Earlier]) -> Past:
        """What matters of a conversation that has begun."""
        questions = [LEAD.sub("", trimmed(turn.question)) for turn in said[-2:]]
        asked = [read(question) for question in questions]
        about = asked[-1].about
        before = asked[0].about if [about] == people_of(about) and asked[0].about not in about else ""
        topic = f"{about}, {before}" if before else about
        return cls(questions[-1], asked[-1], short(said[-1].answer), said[-1].text, topic)


def antecedent(past: Past, pronoun: str | None = None) -> str:
    """What a pronoun stands for: the answer where a person or a thing was asked for, else what the last
    question was about; the pronoun's gender decides where it can.
    """
    asked = past.asked
    candidates = [past.answer] if asked.answer_fills and names_of(past.answer) else []
    candidates += [asked.subject if asked.answer_fills else asked.about, *people_of(asked.about)]
    feminine = None if pronoun is None else pronoun.lower().startswith("elle")
    fitting = [c for c in candidates if feminine is None or is_feminine(c) in (None, feminine)]
    return (fitting or candidates)[0]


def people_of(text: str) -> list[str]:
    """Names of two words or more: people, mostly."""
    return [n.text for n in names_of(text) if _PERSON.match(n.text)]


def short(answer: str | None) -> str:
    """An answer to put into a question; empty where there is none that fits."""
    if answer is None:
        return ""
    if len(answer.split()) <= _SHORT:
        return trimmed(answer)
    names = names_of(answer)
    return names[-1].text if names else ""


def named_answer(past: Past) -> str:
    """The answer where a place, a person or a thing was asked for and it has a name; else empty."""
    asks = re.match(r"(?:d')?(?:où|qui|quel)", past.question, re.IGNORECASE)
    return past.answer if asks and names_of(past.answer) else ""
