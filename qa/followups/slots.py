"""The names and periods of a question, and one put in the place of another. Any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from qa.temporal.questions import question_time

_END = re.compile(r"[\s?!.…]+$")
_NAME = re.compile(r"(?<![\w'’-])(?:[ldLD]['’])?([A-ZÀ-ÖØ-ÞĐẠ-Ỹ][\w.’'-]*(?:[ -][A-ZÀ-ÖØ-ÞĐẠ-Ỹ][\w.’'-]*)*)")
# Words that begin a question and are no names.
_OPENERS = frozenset(
    """le la les l un une des du de en à au aux et qui que quoi où quand pourquoi combien comment quel quelle quels
    quelles il elle ils elles on ce cet cette ces c'est son sa ses dans pour par avec chez est-ce depuis d'où lequel
    avant après qu'est-ce celle celui ceux celles y s il qu'a mais prix the a an who what where when why how which
    whose and is was were are did does do has have will in on at it he she they còn ai khi bao ở phim tuyến ông bà
    vì tại sao ngày năm có tỉnh""".split()
)
# A period is understood whatever the day; none of these values is kept.
_ANY_DAY = date(2025, 6, 15)


@dataclass(frozen=True, slots=True)
class Place:
    """``question[start:end] == text``."""

    start: int
    end: int
    text: str


def trimmed(question: str) -> str:
    """Without blanks around it and marks at its end, blanks made plain, apostrophes straight."""
    return _END.sub("", " ".join(question.replace("’", "'").split()))


@lru_cache(maxsize=256)
def period_of(question: str) -> Place | None:
    """The first period that it names, with its preposition."""
    found = question_time(question, _ANY_DAY)
    return Place(found.start, found.end, found.text) if found else None


def names_of(question: str) -> list[Place]:
    """Runs of capitalised words, without a first word that begins questions."""
    found = []
    for match in _NAME.finditer(question):
        start, text = match.start(1), match[1].rstrip(".'’-")
        first, _, others = text.partition(" ")
        if match.start() == 0 and first.lower() in _OPENERS:
            start, text = start + len(first) + 1, others
        if text:
            found.append(Place(start, start + len(text), text))
    return found


def with_period(question: str, period: str) -> str:
    """With its period replaced, or one added at its end."""
    old = period_of(question)
    if old is None:
        return f"{question} {period}"
    if period.isdigit():  # a bare year takes the preposition of the one before
        years = re.sub(r"\b\d{4}\b", period, old.text)
        period = years if years != old.text else period
    return question[: old.start] + period + question[old.end :]


def without_period(text: str) -> str:
    """With its period left out."""
    old = period_of(text)
    return text if old is None else " ".join((text[: old.start] + text[old.end :]).split()).strip(" ,")


def likeness(one: str, other: str) -> int:
    """How surely two names are of one kind by their form: both single letters, same first word, same head."""
    if len(one) == 1 or len(other) == 1:
        return 4 if len(one) == len(other) else -4
    first, second = one.split()[0], other.split()[0]
    if first == second:
        return 3
    stems = [re.split(r"[\W\d_]", name)[0] for name in (first, second)]
    return 3 if stems[0] == stems[1] else 0
