"""Dispatch to passages: one a paragraph, long ones divided at sentence ends, offsets kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa.blocks import lay_out, sentence_ends
from qa.types import Dispatch, Passage

Counter = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Splitter:
    """How long a passage may be; recorded with the index.

    A quarter of the encoder's window: long enough for any press paragraph, short enough that one
    vector still says what the passage is about.
    """

    max_tokens: int = 256
    version: int = 1


def split_passages(dispatch: Dispatch, splitter: Splitter, count_tokens: Counter) -> list[Passage]:
    """The passages of a dispatch in order; ``text == dispatch.body[start:end]`` for each."""
    passages = []
    for block in lay_out(dispatch.body).blocks:
        text = dispatch.body[block.start : block.end]
        for a, b in divide(text, splitter.max_tokens, count_tokens):
            start, end = block.start + a, block.start + b
            identity = f"{dispatch.id}:{start}-{end}"
            passages.append(Passage(identity, dispatch.id, block.ordinal, start, end, text[a:b], block.kind))
    return passages


def divide(text: str, max_tokens: int, count_tokens: Counter) -> list[tuple[int, int]]:
    """Spans of at most ``max_tokens`` that end at sentence ends, else at clauses, else at words.

    A single word longer than that stays whole: the models cut it, its text is never cut.
    """
    # A token is at least one character, so short texts need no counting.
    if len(text) <= max_tokens or count_tokens(text) <= max_tokens:
        return [(0, len(text))]
    return list(_pack(text, _units(text, max_tokens, count_tokens), max_tokens))


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    tokens: int


def _units(text: str, max_tokens: int, count_tokens: Counter) -> Iterator[_Unit]:
    """Sentences, or the words of a sentence that alone is too long."""
    bounds = [0, *sentence_ends(text), len(text)]
    for a, b in pairwise(bounds):
        tokens = count_tokens(text[a:b])
        if tokens <= max_tokens:
            yield _Unit(a, b, tokens)
        else:
            yield from _words(text, a, b, count_tokens)


def _words(text: str, start: int, end: int, count_tokens: Counter) -> Iterator[_Unit]:
    at = start
    while at < end:
        stop = at
        while stop < end and not text[stop].isspace():
            stop += 1
        while stop < end and text[stop].isspace():
            stop += 1
        yield _Unit(at, stop, count_tokens(text[at:stop]))
        at = stop


def _pack(text: str, units: Iterator[_Unit], max_tokens: int) -> Iterator[tuple[int, int]]:
    """Fill passages with units one after the other; blanks between passages belong to none."""
    start, end, used = 0, 0, 0
    for unit in units:
        if end > start and used + unit.tokens > max_tokens:
            yield _trimmed(text, start, end)
            start, used = unit.start, 0
        end, used = unit.end, used + unit.tokens
    if end > start:
        yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
