"""The period that a question names, and whether it limits what was said then or what happened then.

"Que disaient les dépêches de mars 2025 ?" limits the dispatches, "Que se passe-t-il le 25 octobre 2025 ?" the
events; "en mars 2025" alone does neither surely. Only the first may shut dispatches out; the others steer
(``qa.pipeline``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.dates import PartialDate, Period
from qa.temporal.expressions import TimeExpression, find
from qa.temporal.values import Interval

Role = Literal["publication", "event", "unsure"]

# Words for reports, right before the period (up to a few words), in French, English and Vietnamese. Verbs of
# publishing are not: "publié en 2024" may be told of in 2025.
_SAID = re.compile(
    r"\b(?:d[ée]p[êe]ches?|articles?|savait-on|disait-on|disaient|dispatch(?:es)?|news|known"
    r"|tin|bản tin|đưa tin)"
    r"(?:\s[\w'’-]+){0,2}\s(?:d[eu'’]\s?|en\s|in\s|from\s|on\s)?$",
    re.IGNORECASE,
)
# The smallest words of each language, which any question in it has some of.
_SMALL_WORDS = {
    "fr": "le la les l des du de d un une est a qui que qu quoi quel quelle quels quelles quand où en au aux"
    " il elle sur pour par dans avec et s y ont combien pourquoi comment",
    "en": "the what when who whom whose how which where why is was were did does will has have of in on to"
    " for by from at with and last next this",
    "vi": "ngày tháng năm tuần hôm gì ai khi nào ở của và là có đã sẽ bao nhiêu không người mấy từ đến trong"
    " qua nay nước các những vào tại với",
}
_KNOWN = {language: frozenset(small.split()) for language, small in _SMALL_WORDS.items()}
_DONE = re.compile(
    r"\b(?:aura|auront|a(?:-t-(?:il|elle|on))?|ont|s'est|se sont|eu lieu|prévue?s?|passé?"
    r"|signée?s?|lieu|happen\w*|held|take|took|planned|scheduled|diễn ra|xảy ra|tổ chức)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuestionTime:
    """``question[start:end] == text``; ``interval`` is what it means."""

    start: int
    end: int
    text: str
    interval: Interval
    role: Role

    @property
    def period(self) -> Period:
        """The publication dates that it spans."""
        return Period(self.interval.start, self.interval.end)


def question_time(question: str, today: date) -> QuestionTime | None:
    """The first period that a question names; None when it names none. ``today`` resolves "hier"."""
    anchor = PartialDate(today.year, today.month, today.day)
    for found in find(question, anchor, language_of(question)):
        if found.value is not None:
            role = _role(question, found)
            return QuestionTime(found.start, found.end, found.text, found.value, role)
    return None


def language_of(question: str) -> str:
    """The language whose time expressions to look for: the one with most of its smallest words there."""
    asked = re.findall(r"[^\W\d_]+", question.lower())
    return max(_KNOWN, key=lambda language: sum(word in _KNOWN[language] for word in asked))


def _role(question: str, expression: TimeExpression) -> Role:
    if _SAID.search(question[: expression.start]):
        return "publication"
    return "event" if _DONE.search(question) else "unsure"
