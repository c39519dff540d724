"""Learn the language probe: which questions are not in French (``qa.language``)."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import numpy as np

from embeddings.building.texts import read_rows
from embeddings.embedder import Embedder
from qa.language import LanguageProbe
from qa.training.data import load_examples
from qa.training.regression import logistic_regression

# French questions that are seen, and the share of all that is seen again as keywords.
_SEEN, _KEYWORDS = 3500, 0.3
_RIDGE = 10.0  # it must not be surer of keywords than it can be


def train_probe(data: Path, embedder: Embedder, seed: int = 0) -> LanguageProbe:
    """Tell French questions and headlines from questions in the other languages, whole and as keywords."""
    rng = random.Random(seed)
    asked = _questions_by_language(data)
    french = rng.sample(asked.pop("fr"), _SEEN) + _headlines(data)
    share = len(french) // len(asked)
    others = [q for questions in asked.values() for q in rng.sample(questions, min(share, len(questions)))]
    texts = [*french, *others]
    labels = np.array([0.0] * len(french) + [1.0] * len(others))
    keywords = [i for i in range(len(texts)) if rng.random() < _KEYWORDS]
    texts += [" ".join([w for w in texts[i].split() if len(w) > 4][:4]) for i in keywords]
    labels = np.concatenate([labels, labels[keywords]])
    vectors = embedder.embed_queries(texts)
    features = np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])
    learned = logistic_regression(features.astype(np.float64), labels, np.ones(len(labels)), _RIDGE)
    return LanguageProbe(learned.astype(np.float32))


def _headlines(data: Path) -> list[str]:
    """What the press speaks of, and in fewer words than questions: else the topic passes for the language."""
    return [row["title"] for row in read_rows(data / "corpus/press_sample.jsonl.gz")]


def _questions_by_language(data: Path) -> dict[str, list[str]]:
    asked: dict[str, set[str]] = defaultdict(set)
    for part in ("fr", "en", "xx"):
        for example in load_examples(data / f"reader/train.{part}.jsonl.gz"):
            asked[example.lang].add(example.question)
    return {lang: sorted(questions) for lang, questions in sorted(asked.items())}
