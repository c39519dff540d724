"""What narrows a question: period, source, passages read, threshold...; as typed, as a link, and in words.

Called by the chat and by ``qa.rendering``. Pure values; raises BadDate and UserError, one line each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar
from urllib.parse import urlencode

from qa.dates import PartialDate, Period
from qa.errors import BadDate, UserError
from qa.presenting import date_in_words
from qa.settings import MAX_TOP_K
from qa.wording import counted, percent, word

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class Filters:
    """``top_k`` and ``threshold`` None: as set where the chat was started. ``as_of``: only what had been
    published by then exists; ``source``: only files with it in their path. ``use_time`` False: a period
    named in the question is left aside.
    """

    period: Period = field(default_factory=Period)
    top_k: int | None = None
    threshold: float | None = None
    as_of: PartialDate | None = None
    use_time: bool = True
    source: str = ""

    @classmethod
    def typed(
        cls,
        since: str,
        until: str,
        top_k: int | None = None,
        threshold: float | None = None,
        as_of: str = "",
        use_time: bool = True,
        source: str = "",
    ) -> Filters:
        """From the text of dates, each empty or a DATE. Raises BadDate, also for an empty period."""
        period = Period(_date(since), _date(until))
        if period.since and period.until and period.since.first > period.until.last:
            raise BadDate("period_empty", since=period.since, until=period.until)
        known = PartialDate.parse_as_of(as_of.strip() or None)
        return cls(period, top_k, threshold, known, use_time, source.strip())

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        """From the parameters of a permalink. Raises BadDate, UserError (a number that is none)."""
        return cls.typed(
            query.get("since", ""),
            query.get("until", ""),
            _number(query, "top_k", int, 1, MAX_TOP_K),
            _number(query, "threshold", float, 0, 1),
            query.get("as_of", ""),
            query.get("time", "") != "off",
            query.get("source", ""),
        )

    def as_query(self) -> dict[str, str]:
        """The parameters that give these filters back; what is not set is left out."""
        values = {
            "since": self.period.since,
            "until": self.period.until,
            "top_k": self.top_k,
            "threshold": self.threshold,
            "as_of": self.as_of,
            "time": None if self.use_time else "off",
            "source": self.source or None,
        }
        return {name: str(value) for name, value in values.items() if value is not None}

    def as_options(self) -> dict[str, Any]:
        """The options of ``Pipeline.ask`` that these filters stand for."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def __bool__(self) -> bool:
        return bool(self.as_query())


def permalink(question: str, filters: Filters) -> str:
    """The address, relative to the chat's, that asks this question with these filters."""
    return "?" + urlencode({"q": question, **filters.as_query()})


def period_in_words(period: Period) -> str:
    """``depuis mars 2025 jusqu’à mai 2025``; empty when open at both ends."""
    ends = (
        period.since and word("period_since", since=date_in_words(period.since)),
        period.until and word("period_until", until=date_in_words(period.until)),
    )
    return " ".join(end for end in ends if end)


def filters_in_words(filters: Filters) -> str:
    """``depuis mars 2025 · 8 passages retenus · au moins 70 %``; empty when nothing is set."""
    parts = (
        period_in_words(filters.period),
        filters.source and word("from_source", source=filters.source),
        "" if filters.as_of is None else word("as_of_date", date=date_in_words(filters.as_of)),
        "" if filters.use_time else word("time_aside"),
        "" if filters.top_k is None else counted(filters.top_k, "passage"),
        "" if filters.threshold is None else word("at_least", percent=percent(filters.threshold)),
    )
    return " · ".join(part for part in parts if part)


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text and text.strip() else None


def _number(
    query: Mapping[str, str], name: str, read: type[_Number], low: float, high: float
) -> _Number | None:
    if name not in query:
        return None
    try:
        value = read(query[name])
    except ValueError:
        value = read(high + 1)
    if not low <= value <= high:
        raise UserError("option_range", name=name, value=query[name], low=low, high=high)
    return value
