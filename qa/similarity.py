"""Cosine of a question with the sentence around a span: the evidence that best tells paragraphs apart."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from embeddings.embedder import Embedder
from embeddings.types import Vectors
from qa.blocks import sentence_ends

_KEPT = 20_000


def sentence_around(text: str, start: int, end: int, before: int = 0) -> str:
    """The sentences of ``text`` that hold the characters [start, end), and so many before them."""
    bounds = [0, *sentence_ends(text), len(text)]
    first = max(i for i, b in enumerate(bounds) if b <= start)
    last = min(b for b in bounds[1:] if b >= end)
    return text[bounds[max(0, first - before)] : last].strip()


class SentenceVectors:
    """Vectors of sentences, each embedded once and kept (the least recently used are dropped)."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def cosines(self, query: Vectors, sentences: Sequence[str]) -> list[float]:
        """Cosine of the query (1, dimension) with each sentence."""
        return [float(np.dot(query[0], v)) for v in self.vectors(sentences)]

    def vectors(self, sentences: Sequence[str]) -> list[Vectors]:
        """The vector (dimension,) of each sentence."""
        wanted = dict.fromkeys(sentences)
        with self._lock:
            known = {s: self._kept[s] for s in wanted if s in self._kept}
        missing = [s for s in wanted if s not in known]
        known.update(zip(missing, self._embedder.embed_passages(missing), strict=True))
        with self._lock:
            for sentence in wanted:
                self._kept[sentence] = known[sentence]
                self._kept.move_to_end(sentence)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [known[s] for s in sentences]
