"""Times told without a date: "dans les prochaines semaines", "bientôt".

They have no exact interval (``eval/temporal/README.md``, convention 5), so ``expressions.find`` leaves them
out and no answer shows a value for them. But what was to come then is what a newer dispatch has the day of:
the history (``history``) hears them, with the span of time that the day may lie in. How far each reaches is
ours: about as far as it takes before one would name the next longer unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa.dates import PartialDate
from qa.temporal.expressions import TimeExpression
from qa.temporal.rules import compiled
from qa.temporal.values import Interval, later, of_day

_YEAR = 366
# Days, by how the unit begins; adverbs name none.
_REACH = {"heure": 3, "jour": 31, "semaine": 92, "mois": _YEAR, "an": 10 * _YEAR, "": _YEAR}
_UNIT = r"(?P<unit>heure|jour|semaine|mois|année|an)s?"
_WITHIN = r"(?:(?:dans|d['’]ici(?: à)?|durant|pendant|au cours) )?(?:les|ces|des)"
_AHEAD = tuple(
    compiled(pattern.replace("UNIT", _UNIT))
    for pattern in (
        rf"{_WITHIN} (?:tou(?:t|s|tes) )?prochaine?s UNIT",
        rf"{_WITHIN} UNIT (?:à venir|qui viennent)",
        r"(?:dans|d['’]ici(?: à)?|sous) quelques UNIT",
        r"(?:très )?prochainement|sous peu|(?:très )?bientôt(?! (?:\d+|une?|deux|trois|dix|vingt)\b)",
    )
)


def vague_times(text: str, published: PartialDate | None) -> Iterator[TimeExpression]:
    """Those ahead of a dispatch, each with the days that it may mean; none where its date is not known."""
    if published is None:
        return
    for pattern in _AHEAD:
        for match in pattern.finditer(text):
            unit = (match.groupdict().get("unit") or "").lower()
            days = next(d for begin, d in _REACH.items() if unit.startswith(begin))
            end = later(published.last, days)
            if end is not None:
                value = Interval(published, of_day(end).end)
                yield TimeExpression(*match.span(), match[0], "vague", value, published, "future")
