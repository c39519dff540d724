"""Logits to spans, in plain numpy: the best spans of a passage, and its null score.

Written and tested once, on hand-made logits, whatever model gives them. Start and end are taken
together (never two argmaxes), inside one passage, end >= start, at most ``max_tokens`` long (Devlin
et al. 2019, section 4.3: the null score is that of the first token; SQuAD 2.0).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.windows import Window

Logits = NDArray[np.float32]

# Never part of an answer when they stand at its edge.
_EDGES = " \t\n\r\xa0\u202f\u2009,;:.!?…«»“”\"'’‘–—-()[]"
_ARTICLE = re.compile(r"(?<!\w)(?:(?:les?|la|une?)[ \xa0]|l['’])$", re.IGNORECASE)
_COUNTED = re.compile(r"les\s(\d[\d\s.,]*)", re.IGNORECASE)
# One word in spite of the apostrophe.
_ONE_WORD = re.compile(
    r"\b(?:d['’]ici|aujourd['’]hui|quelqu['’]une?|presqu['’]île|prud['’]hom\w+)\b", re.IGNORECASE
)
_LONGEST = 16
_OPENING = {")": "(", "]": "[", "»": "«", "”": "“"}


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Characters [start, end) of a passage's text; score and null score as in ``qa.types.Span``."""

    start: int
    end: int
    score: float
    null_score: float


def best_spans(
    windows: Sequence[Window],
    starts: Sequence[Logits],
    ends: Sequence[Logits],
    text: str,
    n: int,
    max_tokens: int = 40,
    context: int = 0,
) -> list[ScoredSpan]:
    """The ``n`` best different spans of one passage, best margin first, from all its windows.

    ``starts`` and ``ends`` hold for each window its logits, (length of the window,). Spans that trim to
    nothing are left out; the same characters found in two windows count once. None starts in the first
    ``context`` characters.
    """
    found: dict[tuple[int, int], ScoredSpan] = {}
    for window, start, end in zip(windows, starts, ends, strict=True):
        for span in _window_spans(window, start, end, text, n, max_tokens, context):
            known = found.get((span.start, span.end))
            if known is None or _margin(span) > _margin(known):
                found[span.start, span.end] = span
    return _without_overlaps(sorted(found.values(), key=_margin, reverse=True), n)


def _window_spans(
    window: Window, start: Logits, end: Logits, text: str, n: int, max_tokens: int, context: int = 0
) -> Iterable[ScoredSpan]:
    null = float(start[0] + end[0])
    at, stop = window.context_at, window.context_at + len(window.offsets)
    starts = np.where(window.offsets[:, 0] < context, -np.inf, start[at:stop])
    for i, j, score in top_pairs(starts, end[at:stop], n * 3, max_tokens):
        trimmed = trim(text, int(window.offsets[i][0]), int(window.offsets[j][1]))
        if trimmed is not None:
            first = _from_number(text, article_start(text, trimmed[0]), trimmed[1])
            yield ScoredSpan(first, trimmed[1], score, null)


def top_pairs(start: Logits, end: Logits, n: int, max_tokens: int) -> list[tuple[int, int, float]]:
    """The ``n`` best (i, j, start[i] + end[j]) with i <= j < i + max_tokens, best first."""
    if len(start) == 0:
        return []
    scores = start[:, None] + end[None, :]
    index = np.arange(len(start))
    length = index[None, :] - index[:, None]
    scores = np.where((length >= 0) & (length < max_tokens), scores, -np.inf).ravel()
    n = min(n, int(np.isfinite(scores).sum()))
    if n == 0:
        return []
    ordered = sorted(np.argpartition(-scores, n - 1)[:n].tolist(), key=lambda flat: (-scores[flat], flat))
    return [(int(f) // len(start), int(f) % len(start), float(scores[f])) for f in ordered]


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Without blanks and punctuation at the edges; a closing bracket stays when its opening one does.

    A span that starts or ends inside a word grows to the word's edge. None when nothing is left.
    """
    while _inside_word(text, end):
        end += 1
    while _inside_word(text, start):
        start -= 1
    for word in _ONE_WORD.finditer(text, max(0, start - _LONGEST), end + _LONGEST):
        start = word.start() if word.start() < start < word.end() else start
        end = word.end() if word.start() < end < word.end() else end
    while start < end and text[start] in _EDGES:
        start += 1
    while (
        start < end and text[end - 1] in _EDGES and _OPENING.get(text[end - 1], "\0") not in text[start:end]
    ):
        end -= 1
    if start >= end or not any(c.isalnum() for c in text[start:end]):
        return None
    return start, end


def _inside_word(text: str, at: int) -> bool:
    """Whether a word goes on over this offset; decomposed accents belong to their letter."""
    return 0 < at < len(text) and _in_word(text[at - 1]) and _in_word(text[at])


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) > 0


def article_start(text: str, start: int) -> int:
    """Where the French article directly before ``start`` begins, else ``start``.

    Training data is of two minds about articles and metrics ignore them; people say "les 25 et 26
    octobre", "la vice-ministre". Contracted ones (du, au, des) belong to the sentence, not to the answer.
    """
    match = _ARTICLE.search(text, max(0, start - 5), start)
    return match.start() if match else start


def _from_number(text: str, start: int, end: int) -> int:
    """Where a bare number behind "les" begins: of "les 1.150 riverains" the count is "1.150"."""
    match = _COUNTED.fullmatch(text, start, end)
    return match.start(1) if match else start


def _without_overlaps(spans: Sequence[ScoredSpan], n: int) -> list[ScoredSpan]:
    """The best of each group of overlapping spans: another cut of the same words is no other answer."""
    kept: list[ScoredSpan] = []
    for span in spans:
        if all(span.end <= k.start or span.start >= k.end for k in kept):
            kept.append(span)
        if len(kept) == n:
            break
    return kept


def _margin(span: ScoredSpan) -> float:
    return span.score - span.null_score
