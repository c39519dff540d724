"""Publication dates with their precision: "2025-05" is a month, not its first day.

Levels follow EDTF level 0 (ISO 8601-2): year, month, day, and minute where a dispatch gives one.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from qa.errors import BadDate

_PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2}))?)?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to year, month, day or minute; ``str()`` gives it back in ISO form."""

    year: int
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``YYYY[-MM[-DD[Thh:mm]]]``. Raises BadDate naming the text."""
        match = _PATTERN.fullmatch(text.strip())
        if match is None:
            raise BadDate("date_format", text=text)
        parts = [int(p) if p else None for p in match.groups()]
        value = cls(parts[0] or 0, *parts[1:])
        try:
            _ = value.first, value.last
        except ValueError:
            raise BadDate("date_calendar", text=text) from None
        if (value.hour or 0) > 23 or (value.minute or 0) > 59:
            raise BadDate("date_calendar", text=text)
        return value

    @classmethod
    def parse_as_of(cls, text: str | None) -> PartialDate | None:
        """Read a day, month or year, None for None. Raises BadDate, for a minute too: none is compared."""
        value = None if text is None else cls.parse(text)
        if value is not None and value.minute is not None:
            raise BadDate("date_format", text=text)
        return value

    @property
    def precision(self) -> str:
        """``year``, ``month``, ``day`` or ``minute``."""
        known = (self.month, self.day, self.minute)
        return ("year", "month", "day", "minute")[sum(k is not None for k in known)]

    @property
    def first(self) -> date:
        """The first day it may be."""
        return date(self.year, *(1 if part is None else part for part in (self.month, self.day)))

    @property
    def last(self) -> date:
        """The last day it may be."""
        month = 12 if self.month is None else self.month
        day = calendar.monthrange(self.year, month)[1] if self.day is None else self.day
        return date(self.year, month, day)

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        for part in (self.month, self.day):
            text += "" if part is None else f"-{part:02d}"
        return text if self.minute is None else f"{text}T{self.hour or 0:02d}:{self.minute:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """Publication dates from ``since`` to ``until``, both included, each open when None."""

    since: PartialDate | None = None
    until: PartialDate | None = None

    @classmethod
    def parse(cls, since: str | None, until: str | None) -> Period:
        """The period between two dates as users write them. Raises BadDate."""
        return cls(*(None if text is None else PartialDate.parse(text) for text in (since, until)))

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None
