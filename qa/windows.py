"""Question and passage as the reader sees them: one token window, or several that overlap.

Called by the readers and by their training, so both cut text alike. Layout of a window (the pair
format of XLM-R): ``<s> question </s> </s> passage </s>``. Index 0 doubles as the null answer. Where it is
asked whether an answer holds (``qa.verifying``), that stands between the two ``</s>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

BOS, PAD, EOS = 0, 1, 2
MAX_QUESTION_TOKENS = 64
MAX_ANSWER_TOKENS, MAX_GROUNDS_TOKENS = 40, 150


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """Ids (n,) and character offsets (n, 2) of a text, leading blanks trimmed off each token."""

    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the span model: ids (length,), where the passage starts, its tokens' offsets."""

    ids: NDArray[np.int32]
    context_at: int
    offsets: NDArray[np.int32]


def tokenize(tokenizer: Tokenizer, texts: list[str]) -> list[TokenizedText]:
    """Tokenize without special tokens; offsets are into each text and exclude leading blanks."""
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [_trimmed(e.ids, e.offsets, t) for e, t in zip(encodings, texts, strict=True)]


def _trimmed(ids: list[int], offsets: list[tuple[int, int]], text: str) -> TokenizedText:
    # Metaspace folds the blank before a word into its first piece; a span must not start with it.
    trimmed = [(s + 1, e) if s < e and text[s].isspace() else (s, e) for s, e in offsets]
    return TokenizedText(np.array(ids, np.int32), np.array(trimmed, np.int32).reshape(-1, 2))


def assemble(question: TokenizedText, context: TokenizedText, start: int, stop: int) -> Window:
    """The window over context tokens [start, stop); the question is cut to MAX_QUESTION_TOKENS."""
    q = question.ids[:MAX_QUESTION_TOKENS]
    ids = np.concatenate([[BOS], q, [EOS, EOS], context.ids[start:stop], [EOS]]).astype(np.int32)
    return Window(ids, len(q) + 3, context.offsets[start:stop])


def assemble_claim(question: TokenizedText, answer: TokenizedText, grounds: TokenizedText) -> Window:
    """The window that asks whether the grounds bear out the answer; each text is cut to its most.

    Of grounds that are too long the end is kept, where the answer stands.
    """
    q, a = question.ids[:MAX_QUESTION_TOKENS], answer.ids[:MAX_ANSWER_TOKENS]
    g = grounds.ids[-MAX_GROUNDS_TOKENS:]
    ids = np.concatenate([[BOS], q, [EOS], a, [EOS], g, [EOS]]).astype(np.int32)
    return Window(ids, len(q) + len(a) + 3, grounds.offsets[-MAX_GROUNDS_TOKENS:])


def room_for_context(question: TokenizedText, max_tokens: int) -> int:
    """How many context tokens fit beside the question in a window of ``max_tokens``."""
    return max_tokens - min(len(question.ids), MAX_QUESTION_TOKENS) - 4


def sliding_windows(
    question: TokenizedText, context: TokenizedText, max_tokens: int, overlap: int
) -> Iterator[Window]:
    """Cover the context by windows that share ``overlap`` tokens; a short context gives one."""
    room = room_for_context(question, max_tokens)
    step = max(1, room - overlap)
    start = 0
    while True:
        stop = min(start + room, len(context.ids))
        yield assemble(question, context, start, stop)
        if stop == len(context.ids):
            return
        start += step
