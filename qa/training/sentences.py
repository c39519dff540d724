"""Sentences of press articles, which have no blank where their paragraphs met, and contexts cut from them."""

from __future__ import annotations

import random
import re
from itertools import pairwise

SENTENCE_END = re.compile(r"(?<=[.!?…])\s*(?=[A-ZÉÀÇ«\"])")
_AROUND = 3  # sentences on each side


def press_sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences lie, [start, end) each, the blank after included; at least one."""
    return list(pairwise([0, *(m.end() for m in SENTENCE_END.finditer(text)), len(text)]))


def around(text: str, start: int, end: int, rng: random.Random) -> tuple[str, tuple[int, int]]:
    """The sentence that [start, end) begins in with up to three on each side, and the span's place in it."""
    parts = press_sentences(text)
    inside = max(i for i, (at, _) in enumerate(parts) if at <= start)
    first = parts[max(0, inside - rng.randint(0, _AROUND))][0]
    last = max(end, parts[min(len(parts) - 1, inside + rng.randint(0, _AROUND))][1])
    return text[first:last], (start - first, end - first)
