"""Passages that say the same in the same words: re-sent dispatches, updates that repeat paragraphs.

They take one place in the results. Two passages are duplicates when they have the same words in the same
order and the same figures, signs included; case, accents, punctuation, quotation marks and blanks may differ.
Resemblance short of that (Broder 1997) folds "3 morts" onto "5 morts" and "a démissionné" onto
"n'a pas démissionné", which are different statements, and whichever was hidden would never be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.lexical import words
from qa.similarity import sentence_around
from qa.types import Dispatch, Passage, Span

_FIGURE = re.compile(r"[-+−–±]?\d[\d.,]*\s?[%‰°]?")

Stored = tuple[Passage, Dispatch]
Fingerprint = tuple[tuple[str, ...], tuple[str, ...]]


def fingerprint(text: str) -> Fingerprint:
    """Words and figures: equal for duplicates."""
    return tuple(words(text)), tuple(f.rstrip(" .,\xa0\u202f") for f in _FIGURE.findall(text))


@dataclass(slots=True)
class Fold:
    """Passages in the order in which they come, duplicates behind the first of their kind."""

    kept: list[list[Stored]] = field(default_factory=list)
    _places: dict[Fingerprint, list[Stored]] = field(default_factory=dict)

    def add(self, stored: Stored) -> None:
        """Give the passage a place of its own, or one behind another that says the same."""
        own = fingerprint(stored[0].text)
        if own not in self._places:
            self._places[own] = []
            self.kept.append(self._places[own])
        self._places[own].append(stored)


def newest_first(group: Iterable[Stored]) -> list[Stored]:
    """Latest publication first, the undated last; what is as old stays in order."""

    def age(stored: Stored) -> int:
        published = stored[1].published
        return -published.last.toordinal() if published else 0

    return sorted(group, key=age)


def same_span(span: Span, passage: Passage, copy: Passage) -> Span | None:
    """Where a span of ``passage`` stands in its duplicate; None when its sentence is spelt otherwise there.

    The sentence must stand there word for word, as a sentence, and once: an answer's text may occur twice.
    """
    sentence = sentence_around(passage.text, span.start, span.end)
    if copy.text == passage.text:
        shift = 0
    elif passage.text.count(sentence) == copy.text.count(sentence) == 1:
        shift = copy.text.index(sentence) - passage.text.index(sentence)
    else:
        return None
    start, end = span.start + shift, span.end + shift
    if sentence_around(copy.text, start, end) != sentence:
        return None
    return Span(copy.id, start, end, span.score, span.null_score)


def copies_of(span: Span, passage: Passage, copies: Sequence[Stored]) -> list[tuple[Stored, Span]]:
    """The span in each of the copies that has its sentence."""
    found = ((stored, same_span(span, passage, stored[0])) for stored in copies)
    return [(stored, own) for stored, own in found if own is not None]
