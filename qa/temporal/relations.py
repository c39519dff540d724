"""What a newer dispatch's answer does to an older one's: repeats, refines, contradicts or supersedes it.

Answers are compared by what they mean: times as intervals, quantities as ranges, all else by its words. Two
that cannot both hold contradict each other, unless the newer dispatch says that it corrects or changes what
was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.lexical import words
from qa.temporal.quantities import Quantity
from qa.temporal.values import Interval
from qa.types import Relation

__all__ = ["Claim", "Relation", "agree", "corrects", "relation"]

_SMALL = frozenset(
    "le la les l un une des du de d a au aux en et dans par pour sur vers chez"
    " mme m mm mlle me monsieur madame dr".split()
)
# A fuller name has few words more; more than that is a sentence around it.
_MORE_WORDS = 4
_CORRECTS = re.compile(
    r"\b(?:rectifi\w+|correctif|corrig\w+|correction|erratum|contrairement à|et non|au lieu d[eu]"
    r"|initialement|précédemment|reportée?s?\b|repouss\w+|décal\w+|avancée?s? (?:au|à|d)|annul\w+|finalement"
    r"|renvo(?:yée?s? (?:\w+ )?(?:au|à)|i au)\b|ajourn\w+|différée?s?\b"
    r"|désormais|nouveau bilan|bilan (?:définitif|révisé|actualisé)|revue?s? à la|portée?s? (?:de .{1,20} )?à"
    r"|alourdi\w*|remplac\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An answer as one dispatch gives it.

    ``corrects``: the text around it says that something said before is changed. ``said``: the first day on
    which its dispatch may have been published, from which "d'ici la fin de l'année" counts. ``days``: the
    time is those days exactly, as "du 16 au 20 juillet" is and "entre le 16 et le 20" is not. ``hour``: that
    of the day, where it is told with it (``quantities.hour_of``).
    """

    text: str
    time: Interval | None = None
    quantity: Quantity | None = None
    corrects: bool = False
    said: date | None = None
    days: bool = False
    hour: Quantity | None = None


def corrects(text: str) -> bool:
    """Whether a text says that it corrects or changes what was said before."""
    return _CORRECTS.search(text) is not None


def relation(newer: Claim, older: Claim) -> Relation:
    """What the newer claim does to the older one."""
    agreement = agree(newer, older)
    if agreement is None:
        return "superseded" if newer.corrects else "contradicted"
    return agreement


def agree(newer: Claim, older: Claim) -> Literal["same", "refined"] | None:
    """``refined``: the newer says the same more exactly; None: both cannot hold."""
    if newer.time and older.time:
        return _times(newer, newer.time, older, older.time)
    if newer.quantity and older.quantity:
        return _quantities(newer.quantity, older.quantity)
    return _words(newer.text, older.text)


def _times(newer: Claim, time: Interval, older: Claim, before: Interval) -> Literal["same", "refined"] | None:
    if time.end is None and before.end is None:  # "depuis 2015" is no less exact than "depuis 2012"
        time, before = Interval(time.start, time.start), Interval(before.start, before.start)
    if time.contains(before) and before.contains(time):
        return _hours(newer.hour, older.hour) if time.days == 1 else "same"
    if newer.days and older.days and (time.first == before.first or time.last == before.last):
        return None  # "du 18 au 20 juillet" changes "du 16 au 20"; from the 17th to the 19th is a part of it
    if time.contains(before) and not _over(before, newer, time):
        return "same"
    return "refined" if before.contains(time) and not _over(time, older, before) else None


def _hours(newer: Quantity | None, older: Quantity | None) -> Literal["same", "refined"] | None:
    """Of one day."""
    if newer is None or older is None:
        return "refined" if newer else "same"
    return _quantities(newer, older)


def _over(exact: Interval, vague: Claim, time: Interval) -> bool:
    """Whether the time was over when the vaguer claim set a term: "d'ici mai" begins then."""
    if time.start is not None or vague.said is None:
        return False
    return exact.last < vague.said <= time.last


def _quantities(newer: Quantity, older: Quantity) -> Literal["same", "refined"] | None:
    if newer.contains(older):
        return "same"
    return "refined" if older.contains(newer) else None


def _words(newer: str, older: str) -> Literal["same", "refined"] | None:
    """The same words, or more of them around the older ones: "M. Kerouédan", "Bastien Kerouédan"."""
    new, old = (frozenset(words(t)) - _SMALL for t in (newer, older))
    if not new or not old:
        return None
    if new <= old:
        return "same"
    return "refined" if old < new and len(new - old) <= _MORE_WORDS else None
