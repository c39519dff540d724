"""Stand-ins for the seams (Embedder, Reader, SpanModel): small, deterministic, no model files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np

from embeddings.types import EmbeddingSpec, Vectors
from qa.types import Passage, Span


class FakeEmbedder:
    """A bag of hashed words, unit length: texts that share words are near. Counts what it embeds."""

    def __init__(self, dimension: int = 64, model: str = "fake") -> None:
        self.spec = EmbeddingSpec(model, "1", dimension, "q: ", "p: ")
        self.background = np.zeros(dimension, np.float32)
        self.embedded: list[str] = []
        self.before_embedding: Callable[[Sequence[str]], None] = lambda texts: None
        self.before_query: Callable[[], None] = lambda: None

    def count_tokens(self, text: str) -> int:
        return len(re.findall(r"\w+|[^\w\s]", text))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.before_embedding(texts)
        self.embedded += texts
        return self._vectors(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.before_query()
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.spec.dimension), np.float32)
        for row, text in zip(out, texts, strict=True):
            # A constant component, so that an empty text has a direction too.
            row[0] = 0.1
            for word in re.findall(r"\w+", text.lower()):
                row[int(hashlib.md5(word.encode()).hexdigest(), 16) % self.spec.dimension] += 1.0
            row /= np.linalg.norm(row)
        return out


class FakeReader:
    """Finds the first match of ``pattern`` in each passage; margin ``score``, or below zero when absent."""

    name = "fake"

    def __init__(self, pattern: str = r"\d[\w ]*\d{4}", score: float = 4.0) -> None:
        self.pattern = re.compile(pattern)
        self.score = score

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span]:
        spans = []
        for passage in passages:
            match = self.pattern.search(passage.text, passage.context)
            if match and match.end() > match.start():
                spans.append(Span(passage.id, match.start(), match.end(), self.score, 0.0))
            elif re.search(r"\w", passage.text):
                # The last word: what comes first may be the dispatch's title.
                *_, last = re.finditer(r"\w+", passage.text)
                spans.append(Span(passage.id, last.start(), last.end(), -self.score, 0.0))
        return spans
