"""Archives of any size out of real press text, repeated with changes, for the other benchmarks.

Articles are cut into paragraphs of two sentences; each dispatch is one of them with a third of its
sentences taken from other articles, so no two paragraphs are the same. Its vectors are those of the
paragraph it was made from, moved towards another's by a random part: embedding a million paragraphs
would take hours and change nothing about the time that searching takes.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Embedder
from embeddings.types import EmbeddingSpec, Vectors
from qa.archive import Archive, Entry
from qa.dates import PartialDate
from qa.dispatches import SourceFile
from qa.passages import Splitter
from qa.types import Dispatch, Passage

_SENTENCE_END = re.compile(r"(?<=[.!?])\s*(?=[A-ZÉÀÊ«\"])")
_SENTENCES_A_PARAGRAPH = 2
_CHANGED = 0.33
_A_TRANSACTION = 500

Article = list[str]


def read_articles(corpus: Path, limit: int | None = None) -> list[Article]:
    """The sentences of each article, of those that have at least four."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:limit]
    cut = ([s for s in _SENTENCE_END.split(r["text"]) if len(s) > 40] for r in rows)
    return [sentences for sentences in cut if len(sentences) >= 2 * _SENTENCES_A_PARAGRAPH]


def paragraphs(sentences: Article) -> list[str]:
    """Two sentences each."""
    step = _SENTENCES_A_PARAGRAPH
    return [" ".join(sentences[i : i + step]) for i in range(0, len(sentences), step)]


def article_vectors(articles: list[Article], embedder: Embedder) -> list[Vectors]:
    """The vectors of each article's paragraphs."""
    cut = [paragraphs(a) for a in articles]
    flat = embedder.embed_passages([p for ps in cut for p in ps])
    return np.split(flat, np.cumsum([len(ps) for ps in cut])[:-1])


def fill(folder: Path, articles: list[Article], vectors: list[Vectors], passages: int, seed: int) -> None:
    """An archive of at least ``passages`` passages in ``folder``, without its derived files."""
    rng = random.Random(seed)
    with contextlib.closing(Archive(folder, writable=True)) as archive:
        made = 0
        while made < passages:
            with archive.transaction():
                for entry, own in _dispatches(articles, vectors, rng, folder):
                    archive.put_vectors(entry.vector_keys, own)
                    archive.put(entry)
                    made += len(entry.passages)


def describe(folder: Path, spec: EmbeddingSpec) -> None:
    """Say in the archive what it was made with, as the indexer does."""
    with contextlib.closing(Archive(folder, writable=True)) as archive, archive.transaction():
        archive.set_meta("encoder", spec.as_dict())
        archive.set_meta("splitter", asdict(Splitter()))


def _dispatches(
    articles: list[Article], vectors: list[Vectors], rng: random.Random, folder: Path
) -> Iterator[tuple[Entry, Vectors]]:
    for _ in range(_A_TRANSACTION):
        at = rng.randrange(len(articles))
        changed = [rng.choice(rng.choice(articles)) if rng.random() < _CHANGED else s for s in articles[at]]
        yield _entry(paragraphs(changed), rng, folder), _moved(vectors[at], vectors, rng)


def _entry(texts: list[str], rng: random.Random, folder: Path) -> Entry:
    identity = f"{rng.getrandbits(128):032x}"
    published = PartialDate(rng.randrange(2011, 2026), rng.randrange(1, 13), rng.randrange(1, 29))
    path = folder / f"{identity}.txt"
    dispatch = Dispatch(identity, path.name, str(path), texts[0][:60], published, "\n\n".join(texts))
    passages, start = [], 0
    for ordinal, text in enumerate(texts):
        end = start + len(text)
        passages.append(Passage(f"{identity}:{start}-{end}", identity, ordinal, start, end, text))
        start = end + 2
    keys = tuple(f"{rng.getrandbits(128):032x}" for _ in passages)
    return Entry(SourceFile(path, path.name), dispatch, tuple(passages), keys)


def _moved(own: Vectors, vectors: list[Vectors], rng: random.Random) -> NDArray[np.float32]:
    other = rng.choice(vectors)
    rows = np.array([rng.randrange(len(other)) for _ in own])
    part = np.array([[rng.uniform(0.1, 0.6)] for _ in own], np.float32)
    mixed = own + part * other[rows]
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), np.float32)
