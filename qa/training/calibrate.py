"""Learn the joint score and the probability from questions asked of a whole collection.

The questions are those of ``dev.fr``: the reader was not trained on their articles, and no reported
figure comes from open questions on them. Each is asked twice of all paragraphs of ``train.fr`` and
``dev.fr``: as it is, and with its own paragraph taken out of the results, when nothing answers it.
First a conditional logit over the candidates of a question (McFadden 1974) gives the weights of the
evidence; then a logistic regression on the best candidate gives the probability.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from embeddings.onnx_embedder import OnnxEmbedder
from eval.metrics.f1 import f1
from qa.archive import Archive
from qa.candidates import Group, gather, rank
from qa.confidence import Calibration, Evidence, bounded_lead
from qa.dates import Period
from qa.indexing import Indexer
from qa.onnx_reader import open_onnx_reader
from qa.reader import Reader
from qa.retrieval import Retriever
from qa.similarity import SentenceVectors
from qa.training.data import Example, by_article, load_examples
from qa.types import Hit, Span
from qa.vectors import VectorIndex

RIGHT_F1 = 0.5
# Encyclopedia paragraphs have no captions, so this one weight is set by hand: between equals the text wins.
CAPTION_WEIGHT = -0.5
_RIDGE = 1.0
# Of the questions people ask, about a third has no answer in the collection.
_UNANSWERABLE_WEIGHT = 0.5

Gathered = list[tuple[Hit, Span, Evidence]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A question's candidates, and which of them are right (none when its paragraph was taken out)."""

    candidates: Gathered
    right: tuple[bool, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration and how it does on the trials it was made from (by cross-validation where said)."""

    calibration: Calibration
    lines: tuple[str, ...]


def collect_trials(data: Path, model: Path, top_k: int) -> Iterator[Trial]:
    """Ask every question of ``dev.fr`` with and without its paragraph."""
    questions = load_examples(data / "reader/dev.fr.jsonl.gz")
    corpus = questions + load_examples(data / "reader/train.fr.jsonl.gz")
    embedder = OnnxEmbedder(model)
    reader = open_onnx_reader(model, embedder.tokenizer)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write_articles(corpus, root / "articles")
        Indexer(root / "index", embedder).run([root / "articles"])
        archive = Archive(root / "index")
        retriever = Retriever(archive, VectorIndex(root / "index", archive, embedder.spec))
        sentences = SentenceVectors(embedder)
        for example in questions:
            query = embedder.embed_queries([example.question])
            hits = retriever.search(example.question, query, top_k * 3, Period())
            for answerable in (True, False):
                kept = [h for h in hits if answerable or not _of(h, example)][:top_k]
                spans = _read(reader, example.question, kept)
                found = gather(kept, spans, lambda s, q=query: sentences.cosines(q, s))  # type: ignore[misc]
                right = tuple(answerable and _is_right(h, s, example) for h, s, _ in found)
                yield Trial(found, right, answerable)
        archive.close()


def fit(trials: Sequence[Trial]) -> Fit:
    """Weights, probability and threshold from the trials."""
    weights = _fit_weights([t for t in trials if any(t.right)])
    plain = Calibration(weights, slope=1.0, lead=0.0, bias=0.0, threshold=0.5)
    tops = [(_top(t, plain), t) for t in trials if t.candidates]
    features = np.array([[g.best.joint, bounded_lead(g.lead), 1.0] for g, _ in tops])
    labels = np.array([_group_right(g, t) for g, t in tops], float)
    sample = np.array([1.0 if t.answerable else _UNANSWERABLE_WEIGHT for _, t in tops])
    slope, lead, bias = _logistic_regression(features, labels, sample)
    held = _cross_validated(features, labels, sample)
    answerable = np.array([t.answerable for _, t in tops])
    threshold = _balanced_threshold(held, labels, answerable)
    calibration = Calibration(weights, float(slope), float(lead), float(bias), round(threshold, 3))
    return Fit(calibration, tuple(_describe(held, labels, answerable, sample, threshold)))


def _write_articles(corpus: Sequence[Example], folder: Path) -> None:
    folder.mkdir()
    for i, (_, group) in enumerate(sorted(by_article(corpus).items())):
        paragraphs = dict.fromkeys(" ".join(e.context.split()) for e in group)
        (folder / f"{i:05d}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")


def _of(hit: Hit, example: Example) -> bool:
    return hit.passage.text in " ".join(example.context.split())


def _read(reader: Reader, question: str, hits: Sequence[Hit]) -> list[Span]:
    return reader.read(question, [h.passage for h in hits])


def _is_right(hit: Hit, span: Span, example: Example) -> bool:
    gold = [example.context[s:e] for s, e in example.answers]
    return _of(hit, example) and f1(hit.passage.text[span.start : span.end], gold) >= RIGHT_F1


def _matrix(trial: Trial) -> NDArray[np.float64]:
    return np.array([astuple(e)[:4] for _, _, e in trial.candidates])


def _fit_weights(trials: Sequence[Trial]) -> Evidence:
    matrices = [_matrix(t) for t in trials]
    spread = np.concatenate(matrices).std(axis=0)
    spread[spread < 1e-9] = 1.0  # evidence that does not vary says nothing
    scaled = [m / spread for m in matrices]

    def loss(w: NDArray[np.float64]) -> float:
        total = _RIDGE * float(w @ w)
        for matrix, trial in zip(scaled, trials, strict=True):
            scores = matrix @ w
            right = scores[np.array(trial.right)]
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(right))
        return total

    found = minimize(loss, np.ones(4), method="L-BFGS-B").x / spread
    margin, sentence, passage, retrieval = (round(float(w), 4) for w in found)
    return Evidence(margin, sentence, passage, retrieval, CAPTION_WEIGHT)


def _top(trial: Trial, calibration: Calibration) -> Group:
    return rank(trial.candidates, calibration)[0]


def _group_right(group: Group, trial: Trial) -> bool:
    spans = {
        (s.passage_id, s.start, s.end)
        for (_, s, _), ok in zip(trial.candidates, trial.right, strict=True)
        if ok
    }
    return any((m.span.passage_id, m.span.start, m.span.end) in spans for m in group.members)


def _logistic_regression(
    features: NDArray[np.float64], labels: NDArray[np.float64], sample: NDArray[np.float64]
) -> NDArray[np.float64]:
    def loss(w: NDArray[np.float64]) -> float:
        z = features @ w
        return float((sample * (np.logaddexp(0, z) - labels * z)).sum() + 0.01 * (w @ w))

    return np.asarray(minimize(loss, np.zeros(features.shape[1]), method="L-BFGS-B").x)


def _cross_validated(
    features: NDArray[np.float64], labels: NDArray[np.float64], sample: NDArray[np.float64], folds: int = 10
) -> NDArray[np.float64]:
    """Probabilities of each trial from a fit on the others; neighbours (one article) share a fold."""
    fold = np.arange(len(labels)) * folds // len(labels)
    out = np.empty(len(labels))
    for k in range(folds):
        w = _logistic_regression(features[fold != k], labels[fold != k], sample[fold != k])
        out[fold == k] = 1 / (1 + np.exp(-features[fold == k] @ w))
    return out


def _balanced_threshold(
    probabilities: NDArray[np.float64], labels: NDArray[np.float64], answerable: NDArray[np.bool_]
) -> float:
    """Where right answers shown and unanswerable questions withheld are, as shares, greatest together."""

    def gain(t: float) -> float:
        shown = probabilities >= t
        right = labels[answerable].sum()
        return float((labels * shown)[answerable].sum() / right + (~shown)[~answerable].mean())

    return max((float(t) for t in np.arange(0.02, 0.98, 0.01)), key=gain)


def _describe(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.float64],
    answerable: NDArray[np.bool_],
    sample: NDArray[np.float64],
    threshold: float,
) -> Iterator[str]:
    shown = probabilities >= threshold
    bins = np.minimum((probabilities * 10).astype(int), 9)
    gaps = [
        sample[bins == b].sum() * abs(np.average(probabilities[bins == b], weights=sample[bins == b])
        - np.average(labels[bins == b], weights=sample[bins == b]))
        for b in range(10) if (bins == b).any()
    ]  # fmt: skip
    yield f"questions {len(labels)}, of which answerable {int(answerable.sum())}"
    yield f"best candidate right (answerable): {labels[answerable].mean():.3f}"
    yield f"ECE, cross-validated: {sum(gaps) / sample.sum():.3f}"
    yield (
        f"threshold {threshold:.2f}: right ones shown {(labels * shown).sum() / labels.sum():.3f}, "
        f"unanswerable withheld {(~shown)[~answerable].mean():.3f}"
    )
