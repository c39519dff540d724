"""Learn the joint score and the probability from questions asked of a whole collection.

The questions are those of ``dev.fr``: the reader was not trained on their articles, and no reported
figure comes from open questions on them. Each is asked of two archives, since people have both kinds: a
large one, all paragraphs of ``train.fr`` and ``dev.fr``, and a small one, eight articles whose paragraphs
are cut into one to three sentences, which is how agencies write. Each time it is asked as it is, and with
the passages that hold its answer taken out of the results, when nothing answers it; of the large one also
with its whole article taken out. And each is asked in rough English and, every second one, in rough Spanish
(``qa.training.translate``): questions in other languages share few terms with the passages, and weights
learned from French ones alone believe them less than they deserve. Beside them stand questions written
about articles of the press sample (``qa.training.written``), in French, Vietnamese and English, asked of a
press archive; some ask what their paragraph does not say.
First a conditional logit over the candidates of a question (McFadden 1974) gives the weights of the
evidence; then a logistic regression on the best candidate, with what the verifier says of it, gives the
probability that it is right, and another that nothing answers; all once for French questions and once for the
others.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from embeddings.onnx_embedder import OnnxEmbedder
from eval.metrics.f1 import f1
from qa.archive import Archive
from qa.candidates import Group, gather, rank
from qa.confidence import Calibration, Evidence, Foreign, LogOdds, bounded_lead
from qa.context import read_under_titles
from qa.fitting import fitting
from qa.indexing import Indexer
from qa.language import LanguageProbe
from qa.lexical_index import LexicalIndex
from qa.naming import speaking_of
from qa.onnx_reader import open_onnx_reader
from qa.reader import Reader
from qa.retrieval import Retriever, worth_reading
from qa.scope import Scope
from qa.similarity import SentenceVectors
from qa.training.data import Example, by_article, load_examples, sentences
from qa.training.regression import logistic_regression
from qa.training.translate import TO_ENGLISH, TO_SPANISH, translate_questions
from qa.training.written import HELD_OUT, PRESS_ID, QUESTIONS, Source, load_written, sources
from qa.types import Hit, Span
from qa.vectors import VectorIndex
from qa.verifying import Verifier, verified

RIGHT_F1 = 0.5
Article = tuple[str, list[str]]
_MARKUP = re.compile(r"<[^>]+>")
# What users must be able to rely on when nothing answers; what is left of the right answers is the price.
WITHHELD = 0.85
# Encyclopedia paragraphs have no captions, so this one weight is set by hand: between equals the text wins.
CAPTION_WEIGHT = -0.5
_RIDGE = 1.0
_SMALL_ARCHIVE = 8  # articles
# A fifth of the questions asked of a collection, say, have no answer in it: so many for each that has one.
_UNANSWERABLE_WEIGHT = 1 / 4
_PRESS_BESIDE = 700  # articles

Gathered = list[tuple[Hit, Span, Evidence]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A question's candidates, and which of them are right (none when its paragraph was taken out).

    ``article``: trials about one article are never on both sides of a cross-validation. ``near``: the article
    that is asked about is there. ``named``: something found has a name that is asked about. ``weight``: how
    often people ask so, against a question that has an answer. ``question``: the verifier is asked it.
    """

    article: str
    candidates: Gathered
    right: tuple[bool, ...]
    answerable: bool
    lang: str = "fr"
    near: bool = True
    weight: float = 1.0
    named: bool = True
    question: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration and how it does on the trials it was made from (by cross-validation where said)."""

    calibration: Calibration
    lines: tuple[str, ...]


def in_other_languages(questions: Sequence[Example]) -> list[Example]:
    """The questions in rough English, and every second one in rough Spanish."""
    asked = [e.question for e in questions]
    english = translate_questions(asked, TO_ENGLISH)
    spanish = translate_questions(asked[::2], TO_SPANISH)
    made = [replace(e, question=q, lang="en") for e, q in zip(questions, english, strict=True)]
    return made + [replace(e, question=q, lang="es") for e, q in zip(questions[::2], spanish, strict=True)]


def collect_trials(data: Path, model: Path, top_k: int) -> Iterator[Trial]:
    """Ask the questions of ``dev.fr`` of a large and of a small archive, with and without their paragraphs;
    then those written about the press, of an archive of it.

    Raises FileNotFoundError without Apertium.
    """
    questions = load_examples(data / "reader/dev.fr.jsonl.gz")
    questions += in_other_languages(questions)
    others = load_examples(data / "reader/train.fr.jsonl.gz")
    embedder = OnnxEmbedder(model)
    reader = open_onnx_reader(model, embedder.tokenizer)
    yield from _ask(questions, _articles(questions + others), embedder, reader, top_k, large=True)
    for few in _by_articles(questions, _SMALL_ARCHIVE):
        yield from _ask(few, _cut(_articles(few)), embedder, reader, top_k)
    known = sources(data)
    written = load_written(QUESTIONS / HELD_OUT, known)
    yield from _ask(written, _press(written, known), embedder, reader, top_k, large=True)


def _press(questions: Sequence[Example], known: Mapping[str, Source]) -> list[Article]:
    """The paragraphs asked about, and other articles of the press, cut into short paragraphs alike.

    What an article says beside its paragraph might answer a question that the paragraph does not.
    """
    about = {e.title for e in questions}
    press = sorted((k, one) for k, one in known.items() if k.startswith(PRESS_ID))
    others = {one.title: one.text for _, one in press if one.title not in about}
    beside = random.Random(0).sample(sorted(others.items()), min(_PRESS_BESIDE, len(others)))
    return _cut(_articles(questions) + [(title, [text]) for title, text in beside])


def _by_articles(examples: Sequence[Example], articles: int) -> Iterator[list[Example]]:
    groups = list(by_article(examples).values())
    for at in range(0, len(groups), articles):
        yield [e for group in groups[at : at + articles] for e in group]


def _articles(corpus: Sequence[Example]) -> list[Article]:
    """The title and the paragraphs of each article."""
    groups = sorted(by_article(corpus).items())
    return [(t, list(dict.fromkeys(" ".join(e.context.split()) for e in group))) for t, group in groups]


def _cut(articles: Sequence[Article]) -> list[Article]:
    rng = random.Random(0)
    return [(title, [piece for text in texts for piece in _pieces(text, rng)]) for title, texts in articles]


def _pieces(text: str, rng: random.Random) -> Iterator[str]:
    """Paragraphs of one to three sentences."""
    parts = sentences(text)
    while parts:
        taken, parts = parts[: (n := rng.randint(1, 3))], parts[n:]
        yield text[taken[0][0] : taken[-1][1]].rstrip()


def _ask(
    questions: Sequence[Example],
    articles: Sequence[Article],
    embedder: OnnxEmbedder,
    reader: Reader,
    top_k: int,
    *,
    large: bool = False,
) -> Iterator[Trial]:
    files = {title: _file(i) for i, (title, _) in enumerate(articles)}
    rare, unsaid = _rare(questions, 2 if large else 1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(articles, root / "articles")
        Indexer(root / "index", embedder).run([root / "articles"])
        archive = Archive(root / "index")
        vectors = VectorIndex(root / "index", archive, embedder.spec)
        words = LexicalIndex(root / "index", archive)
        retriever = Retriever(archive, vectors, words, embedder.background)
        similar = SentenceVectors(embedder)
        for example in questions:
            query = embedder.embed_queries([example.question])
            floor = float(query[0] @ embedder.background)
            hits = speaking_of(
                example.question, retriever.search(example.question, query, top_k * 4, Scope())
            )
            asked = {"held" if example.answers else "unsaid": hits}
            if example.answers:
                asked["removed"] = [h for h in hits if not _answers(h, example)]
            if example.answers and large:
                asked["absent"] = [h for h in hits if not h.dispatch.source.endswith(files[example.title])]
            read = {h.passage.id: h for best in asked.values() for h in best[:top_k]}
            found = read_under_titles(reader, example.question, list(read.values()))
            spans = fitting(example.question, list(read.values()), found)
            for kind, best in asked.items():
                answerable, kept = kind == "held", worth_reading(best[:top_k])
                among = {h.passage.id for h in kept}
                own = [s for s in spans if s.passage_id in among]
                weighed = gather(kept, own, lambda s, q=query: similar.cosines(q, s), floor)  # type: ignore[misc]
                right = tuple(answerable and _is_right(h, s, example) for h, s, _ in weighed)
                weight = {"held": 1.0, "unsaid": unsaid}.get(kind, rare)
                near, named = kind != "absent", bool(best)
                yield Trial(
                    example.title,
                    weighed,
                    right,
                    answerable,
                    example.lang,
                    near,
                    weight,
                    named,
                    example.question,
                )
        archive.close()


def _rare(questions: Sequence[Example], ways: int) -> tuple[float, float]:
    """What a question counts whose answer was taken out, in each of so many ways; what one that has none.

    Together a quarter of those with an answer; half of that is theirs that have none, where there are some.
    """
    unsaid = sum(not e.answers for e in questions)
    if not unsaid:
        return _UNANSWERABLE_WEIGHT / ways, 0.0
    half = _UNANSWERABLE_WEIGHT / 2
    return half / ways, half * (len(questions) - unsaid) / unsaid


def fit(trials: Sequence[Trial], probe: LanguageProbe | None = None, verifier: Verifier | None = None) -> Fit:
    """Weights, probability, threshold; weights for other languages of their own where a probe tells them.

    Without a ``verifier`` the odds do not count on one.
    """
    french = _learn([t for t in trials if t.lang == "fr"], verifier)
    learned, calibration = [french], french.calibration
    if probe is not None:
        learned.append(other := _learn([t for t in trials if t.lang != "fr"], verifier))
        c = other.calibration
        calibration = replace(calibration, foreign=Foreign(c.weights, c.belief, c.absence, probe))
    # Whatever language is asked in, that much is withheld, of questions close to what is there.
    threshold = max(_threshold(one.held, one.answerable | ~one.near) for one in learned)
    lines = (line for one in learned for line in _describe(one, threshold))
    bare = [t for t in trials if not t.candidates]
    fits = _unanswerable([t for t in bare if t.named])
    # Rough English keeps French words, and names as French has them: names are looked for in French alone.
    named = _unanswerable([t for t in bare if not t.named and t.lang == "fr"])
    calibration = replace(calibration, threshold=threshold, nothing_fits=fits, nothing_named=named)
    return Fit(calibration, tuple(lines))


def _unanswerable(trials: Sequence[Trial]) -> float:
    """The share of trials that nothing answers."""
    absent = sum(t.weight for t in trials if not t.answerable)
    # One of each is assumed beside them.
    return round((absent + 1.0) / (sum(t.weight for t in trials) + 2.0), 4)


@dataclass(frozen=True, slots=True)
class _Learned:
    """Weights, and of each trial (n,): held-out probabilities, whether right, whether answerable, weight.

    ``held``: that the best candidate is right; ``absent``: that nothing answers.
    """

    calibration: Calibration
    held: NDArray[np.float64]
    absent: NDArray[np.float64]
    labels: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    near: NDArray[np.bool_]
    sample: NDArray[np.float64]


def _learn(trials: Sequence[Trial], verifier: Verifier | None) -> _Learned:
    weights = _fit_weights([t for t in trials if any(t.right)])
    plain = Calibration(weights, LogOdds(weights, 0.0, 0.0), LogOdds(weights, 0.0, 0.0), threshold=0.5)
    tops = [(_top(t, plain, verifier), t) for t in trials if t.candidates]
    features = np.array([_features(g) for g, _ in tops])
    labels = np.array([_group_right(g, t) for g, t in tops], float)
    sample = np.array([t.weight for _, t in tops])
    articles = np.array([t.article for _, t in tops])
    answerable = np.array([t.answerable for _, t in tops])
    near = np.array([t.near for _, t in tops])
    nothing = (~answerable).astype(float)
    belief = _log_odds(logistic_regression(features, labels, sample), CAPTION_WEIGHT)
    absence = _log_odds(logistic_regression(features, nothing, sample), -CAPTION_WEIGHT)
    held, absent = (_cross_validated(features, y, sample, articles) for y in (labels, nothing))
    calibration = Calibration(weights, belief, absence, 0.5)
    return _Learned(calibration, held, absent, labels, answerable, near, sample)


def _log_odds(learned: NDArray[np.float64], caption: float) -> LogOdds:
    margin, sentence, retrieval, upheld, lead, bias = (round(float(w), 4) for w in learned)
    return LogOdds(Evidence(margin, sentence, 0.0, retrieval, caption, upheld), lead, bias)


def _features(group: Group) -> list[float]:
    """Of the best candidate of all, less the passage's cosine, which ``retrieval`` holds.

    With it, the weight on how much of ``retrieval`` is words instead was large: right for an encyclopedia,
    whose questions repeat its words (log-loss .488 against .496), wrong for the press (.634 against .622).
    """
    evidence = group.best.evidence
    lead = bounded_lead(group.lead)
    return [evidence.margin, evidence.sentence, evidence.retrieval, evidence.upheld, lead, 1.0]


def _write(articles: Sequence[Article], folder: Path) -> None:
    """As dispatches, three of four under a header line: that is how most come."""
    folder.mkdir()
    for i, (title, paragraphs) in enumerate(articles):
        header = [f"date 2025-01-01 {_name(title)}"] if i % 4 else []
        (folder / _file(i)).write_text("\n\n".join([*header, *paragraphs]), encoding="utf-8")


def _file(number: int) -> str:
    return f"{number:05d}.txt"


def _name(title: str) -> str:
    return _MARKUP.sub("", title).replace("_", " ")


def _of(hit: Hit, example: Example) -> bool:
    """Whether it is of the paragraph asked about, or the title over it."""
    text = hit.passage.text
    title = hit.passage.ordinal == 0 and text.endswith(_name(example.title))
    return title or text in " ".join(example.context.split())


def _answers(hit: Hit, example: Example) -> bool:
    texts = [" ".join(example.context[s:e].split()) for s, e in example.answers]
    return _of(hit, example) and any(t in hit.passage.text for t in texts)


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


def _top(trial: Trial, calibration: Calibration, verifier: Verifier | None) -> Group:
    groups = rank(trial.candidates, calibration)
    return (groups if verifier is None else verified(trial.question, groups, verifier))[0]


def _group_right(group: Group, trial: Trial) -> bool:
    spans = {
        (s.passage_id, s.start, s.end)
        for (_, s, _), ok in zip(trial.candidates, trial.right, strict=True)
        if ok
    }
    return any((m.span.passage_id, m.span.start, m.span.end) in spans for m in group.members)


def _cross_validated(
    features: NDArray[np.float64],
    labels: NDArray[np.float64],
    sample: NDArray[np.float64],
    articles: NDArray[np.str_],
    folds: int = 10,
) -> NDArray[np.float64]:
    """Probabilities of each trial from a fit on the trials about other articles."""
    fold = np.unique(articles, return_inverse=True)[1] % folds
    out = np.empty(len(labels))
    for k in range(folds):
        w = logistic_regression(features[fold != k], labels[fold != k], sample[fold != k])
        out[fold == k] = 1 / (1 + np.exp(-features[fold == k] @ w))
    return out


def _threshold(probabilities: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """The lowest that withholds ``WITHHELD`` of the questions that nothing answers, in hundredths."""
    marks = [round(float(t), 2) for t in np.arange(0.02, 0.98, 0.01)]
    unanswerable = probabilities[~answerable]
    return next((t for t in marks if (unanswerable < t).mean() >= WITHHELD), marks[-1])


def _describe(learned: _Learned, threshold: float) -> Iterator[str]:
    held, labels, answerable, sample = learned.held, learned.labels, learned.answerable, learned.sample
    shown = held >= threshold
    said = np.where(shown, held, learned.absent)
    true = np.where(shown, labels, ~answerable)
    yield f"questions {len(labels)}, of which answerable {int(answerable.sum())}"
    yield f"best candidate right (answerable): {labels[answerable].mean():.3f}"
    yield f"ECE, cross-validated: {_ece(held, labels, sample):.3f}"
    yield f"ECE of answers shown and abstentions, cross-validated: {_ece(said, true, sample):.3f}"
    yield (
        f"threshold {threshold:.2f}: right ones shown {(labels * shown).sum() / labels.sum():.3f}, "
        f"unanswerable withheld {(~shown)[~answerable & learned.near].mean():.3f}"
    )
    if not learned.near.all():
        yield f"about absent articles withheld {(~shown)[~learned.near].mean():.3f}"


def _ece(said: NDArray[np.float64], true: NDArray[np.float64], sample: NDArray[np.float64]) -> float:
    """Over ten bins of equal width, each trial with its weight."""
    bins = np.minimum((said * 10).astype(int), 9)
    gaps = [abs((sample * (said - true))[bins == b].sum()) for b in range(10)]
    return float(sum(gaps) / sample.sum())
