"""Passages that say the same in the same words: re-sent dispatches, updates that repeat paragraphs.

They take one place in the results. Two passages are near-duplicates when the shingles of three words that
they share are four fifths of all they have (resemblance; Broder 1997, "On the resemblance and containment
of documents") and both hold the same numbers: "3 morts" and "5 morts" are two statements, whatever
stands around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.lexical import words
from qa.similarity import sentence_around
from qa.types import Dispatch, Passage, Span

_SHINGLE = 3
_RESEMBLANCE = 0.8

Stored = tuple[Passage, Dispatch]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What two texts are compared by."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, text: str) -> Fingerprint:
        """The fingerprint of a text."""
        found = tuple(words(text))
        numbers = frozenset(w for w in found if any(c.isdigit() for c in w))
        shingles = frozenset(zip(*(found[i:] for i in range(_SHINGLE)), strict=False))
        return cls(found, numbers, shingles)

    def is_near(self, other: Fingerprint) -> bool:
        """Whether the texts are near-duplicates."""
        if self.words == other.words:
            return True
        if self.numbers != other.numbers or not self.shingles or not other.shingles:
            return False
        shared = len(self.shingles & other.shingles)
        return shared >= _RESEMBLANCE * (len(self.shingles) + len(other.shingles) - shared)


@dataclass(slots=True)
class Fold:
    """Passages in the order in which they come, near-duplicates behind the first of their kind."""

    kept: list[list[Stored]] = field(default_factory=list)
    _prints: list[Fingerprint] = field(default_factory=list)

    def add(self, stored: Stored) -> None:
        """Give the passage a place of its own, or one behind another that says the same."""
        own = Fingerprint.of(stored[0].text)
        for group, known in zip(self.kept, self._prints, strict=True):
            if own.is_near(known):
                group.append(stored)
                return
        self.kept.append([stored])
        self._prints.append(own)


def newest_first(group: Iterable[Stored]) -> list[Stored]:
    """Latest publication first, the undated last; what is as old stays in order."""

    def age(stored: Stored) -> int:
        published = stored[1].published
        return -published.last.toordinal() if published else 0

    return sorted(group, key=age)


def same_span(span: Span, passage: Passage, copy: Passage) -> Span | None:
    """Where a span of ``passage`` stands in its near-duplicate; None when its sentence differs there.

    The whole sentence must stand there word for word, and once: an answer's own text may occur twice.
    """
    sentence = sentence_around(passage.text, span.start, span.end)
    if copy.text == passage.text:
        shift = 0
    elif passage.text.count(sentence) == copy.text.count(sentence) == 1:
        shift = copy.text.index(sentence) - passage.text.index(sentence)
    else:
        return None
    return Span(copy.id, span.start + shift, span.end + shift, span.score, span.null_score)


def copies_of(span: Span, passage: Passage, copies: Sequence[Stored]) -> list[tuple[Stored, Span]]:
    """The span in each of the copies that has its sentence."""
    found = ((stored, same_span(span, passage, stored[0])) for stored in copies)
    return [(stored, own) for stored, own in found if own is not None]
