"""Hand-made values for the tests of this room: dispatches, hits, a tokenizer of words, windows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

from qa.confidence import Calibration, Evidence, LogOdds
from qa.dates import PartialDate
from qa.spans import Logits
from qa.types import Dispatch, Hit, Passage, PassageKind, Span
from qa.windows import BOS, EOS, Window

LOW = -9.0


def judging(weights: Evidence) -> Calibration:
    """One that chooses and believes by the same weights; what is not believed is absent."""
    against = Evidence(*(-w for w in astuple(weights)))
    return Calibration(weights, LogOdds(weights, 0.0, 0.0), LogOdds(against, 0.0, 0.0), threshold=0.5)


def make_dispatch(body: str, identity: str = "d1") -> Dispatch:
    """A dispatch of May 2025 with this body."""
    return Dispatch(identity, f"{identity}.txt", f"/x/{identity}.txt", "Titre", PartialDate(2025, 5), body)


def make_hit(
    text: str,
    identity: str = "p1",
    *,
    before: str = "",
    score: float = 0.5,
    cosine: float = 0.8,
    kind: PassageKind = "paragraph",
) -> Hit:
    """A hit on a passage that stands after ``before`` in its dispatch."""
    dispatch = make_dispatch(before + text + "\n\nLa suite.")
    at = len(before)
    passage = Passage(identity, dispatch.id, 4, at, at + len(text), text, kind)
    return Hit(passage, dispatch, score, cosine, 1, None)


def span_of(hit: Hit, words: str, margin: float = 3.0) -> Span:
    """The span of these words in the hit's passage."""
    start = hit.passage.text.index(words)
    return Span(hit.passage.id, start, start + len(words), margin + 1.0, 1.0)


def word_tokenizer(*texts: str) -> Tokenizer:
    """A real tokenizer of whole words, with SentencePiece's habit of taking the blank before a word."""
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    for word in re.findall(r"\S+", " ".join(texts)):
        vocabulary.setdefault(f"▁{word}", len(vocabulary))
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def window_over(text: str, first: int = 0, stop: int | None = None) -> Window:
    """A window over the words and signs of a text, from one of them to another; question of two tokens."""
    offsets = [m.span() for m in re.finditer(r"\w+|[^\w\s]", text)][first:stop]
    ids = np.array([BOS, 7, 8, EOS, EOS, *range(10, 10 + len(offsets)), EOS], np.int32)
    return Window(ids, 5, np.array(offsets, np.int32).reshape(-1, 2))


def logits_over(window: Window, peaks: Mapping[int, float], null: float = 0.0) -> Logits:
    """Logits of a window: ``peaks`` by context token, ``null`` at the first token, low elsewhere."""
    values = np.full(len(window.ids), LOW, np.float32)
    values[0] = null
    for token, value in peaks.items():
        values[window.context_at + token] = value
    return values
