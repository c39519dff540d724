"""The day behind a date that is known to its month only.

"mercredi 19 mars" in a dispatch of 2025-03: weekday and day agree with the calendar, so what the dispatch
calls "hier" is counted from there. The header's own date stays what is cited and filtered by.
"""

from __future__ import annotations

from functools import lru_cache

from qa.dates import PartialDate
from qa.temporal import values
from qa.temporal.expressions import grammar_of
from qa.temporal.resolving import day as a_day
from qa.temporal.rules import Parts


@lru_cache(maxsize=512)
def completed(published: PartialDate | None, body: str) -> PartialDate | None:
    """The date to the day, by the first weekday and day of its month that agree; else as it is."""
    if published is None or published.precision != "month":
        return published
    grammar = grammar_of("fr")
    days = (rule for rule in grammar.rules if rule.resolve is a_day)
    matches = (m for rule in days for m in rule.pattern.finditer(body))
    for match in sorted(matches, key=lambda m: m.start()):
        parts = Parts(match, grammar.lexicon)
        if parts.weekday() is None or parts.month() != published.month:
            continue
        if parts.year() not in (None, published.year):
            continue
        day = values.calendar_day(published.year, parts.month(), parts.day())
        if day is not None and day.weekday() == parts.weekday():
            return PartialDate(day.year, day.month, day.day)
    return published
