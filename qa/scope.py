"""Which dispatches a search may find: those of a period, from a source, in a language."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.dates import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """Published within the period, in a file with ``source`` in its place: the folder indexed, path, name.

    Case and accents of ``source`` do not count; ``language`` is ISO 639-1. Empty: every dispatch.
    """

    period: Period = field(default_factory=Period)
    source: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.period or self.source or self.language)
