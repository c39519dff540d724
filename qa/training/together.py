"""Passages of one question read together, so that scores compare between passages.

A reader trained passage by passage has no reason to give the passage that answers a higher margin than one
that merely speaks of the same. Here a question comes with the passage that answers it and with the nearest
ones that do not, and one softmax runs over the margins of all of them and the null answer (Clark & Gardner
2018, "Simple and effective multi-paragraph reading comprehension", shared normalisation). A share of the
questions comes without the passage that answers: there the null answer is right.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from embeddings.embedder import Embedder
from qa.training.claims import claim_loss
from qa.training.data import (
    SWAPPED,
    Example,
    across_languages,
    by_article,
    load_examples,
    shortened,
    swapped_question,
    titled,
)
from qa.training.mix import Feature, Made, Mix, make_features
from qa.training.model import SpanReader, span_loss
from qa.training.train import Batch, Recipe, plan_batches, run
from qa.training.written import (
    INVENTED_IDS,
    PRESS_ID,
    QUESTIONS,
    TRAINED_ON,
    Source,
    load_written,
    sources,
)

_FAR = -1e4
_BARRED, _FIRST = -2.0, 2.0  # below and above every cosine
_ACROSS = 0.6


@dataclass(frozen=True, slots=True)
class Together:
    """How groups are made: passages a question, how many of the nearest they are drawn from, the share of
    questions left without the passage that answers, that of groups under their titles, tokens a window.

    ``french`` to ``translated``: questions of each kind. ``swapped``: French ones about another name, year or
    number, for each with an answer; ``unanswerable``: of English, other and translated ones, the share
    that their own passage does not answer. Both stand beside that passage. ``brief``: of short contexts, the
    share. ``written``: files of ``questions/``, all of each; ``again``: questions out of the other ones of
    ``train.*``, as many about the encyclopedia as about the press.
    """

    passages: int = 3
    nearest: int = 8
    without: float = 0.25
    titled: float = 0.6
    tokens: int = 176
    french: int = 4800
    wiki: int = 600
    press: int = 2600
    english: int = 1300
    other: int = 450
    translated: int = 650
    swapped: float = 0.0
    unanswerable: float = 0.0
    brief: float = 0.0
    written: tuple[str, ...] = ()
    again: int = 0


def all_groups(
    data: Path, made: Made, embedder: Embedder, settings: Together, seed: int
) -> list[list[Example]]:
    """All groups of that making, collection by collection."""
    rng = random.Random(seed)
    return [
        group
        for collection in collections(data, made, settings, rng)
        for group in grouped(collection, embedder, settings, rng)
    ]


def collections(data: Path, made: Made, settings: Together, rng: random.Random) -> list[list[Example]]:
    """Questions, those that may stand beside each other in one list: French, the press, English, other
    languages, rough French; invented dispatches. English to rough French come by whole articles, so that
    neighbours are there.
    """
    english, other = (load_examples(data / f"reader/train.{name}.jsonl.gz") for name in ("en", "xx"))
    several = [english, other, list(made.translated)]
    pool = iter(across_languages([e for part in several for e in part], _ACROSS, rng))
    several = [[next(pool) for _ in part] for part in several]
    parsed = [e for e in made.parsed if e.answers]
    press = [e for e in parsed if e.id.startswith("parsed:press")]
    wiki = [e for e in parsed if not e.id.startswith("parsed:press")]
    french = load_examples(data / "reader/train.fr.jsonl.gz")
    sizes = (settings.english, settings.other, settings.translated)
    about_wiki, about_press, invented = _written(data, settings, rng)
    return [
        _with_swapped(french, settings.french, settings, rng) + _some(wiki, settings.wiki, rng) + about_wiki,
        _with_swapped(press, settings.press, settings, rng) + about_press,
        *(_both(part, n, settings.unanswerable, rng) for part, n in zip(several, sizes, strict=True)),
        *([invented] if invented else []),
    ]


def _written(data: Path, settings: Together, rng: random.Random) -> tuple[list[Example], ...]:
    """Questions written about the encyclopedia, about the press and about invented dispatches."""
    if not settings.written:
        return [], [], []
    known = sources(data)
    wiki, press, invented = _by_kind(settings.written, known)
    others = sorted(p.name for p in QUESTIONS.glob(TRAINED_ON) if p.name not in settings.written)
    for new, old in zip((wiki, press), _by_kind(others, known), strict=False):
        new += _some(old, settings.again // 2, rng)
    return shortened(wiki, settings.brief, rng), shortened(press, settings.brief, rng), invented


def _by_kind(names: Sequence[str], known: Mapping[str, Source]) -> tuple[list[Example], ...]:
    """The examples of files: about the encyclopedia, the press, invented dispatches."""
    examples = [e for name in names for e in load_written(QUESTIONS / name, known)]
    press, invented = (
        {one.title for key, one in known.items() if key.startswith(ids)} for ids in (PRESS_ID, INVENTED_IDS)
    )
    return (
        [e for e in examples if e.title not in press | invented],
        [e for e in examples if e.title in press],
        [e for e in examples if e.title in invented],
    )


def _with_swapped(
    examples: Sequence[Example], n: int, settings: Together, rng: random.Random
) -> list[Example]:
    chosen = _some(examples, n, rng)
    if settings.swapped:
        chosen += _some(swapped_question(examples, rng), int(settings.swapped * n), rng)
    return shortened(chosen, settings.brief, rng) if settings.brief else chosen


def _both(examples: Sequence[Example], n: int, unanswerable: float, rng: random.Random) -> list[Example]:
    """Of whole articles, ``n`` questions, a share of them with no answer, as far as there are."""
    kept = examples if unanswerable else [e for e in examples if e.answers]
    about = _articles(kept, 3 * n if unanswerable else n, rng)
    without = _some([e for e in about if not e.answers], int(unanswerable * n), rng)
    return without + _some([e for e in about if e.answers], n - len(without), rng)


def _some(examples: Sequence[Example], n: int, rng: random.Random) -> list[Example]:
    return rng.sample(list(examples), min(n, len(examples)))


def _articles(examples: Sequence[Example], n: int, rng: random.Random) -> list[Example]:
    """All questions of as many articles as make ``n``."""
    articles = sorted(by_article(examples).items())
    rng.shuffle(articles)
    taken: list[Example] = []
    for _, about in articles:
        taken += about if len(taken) < n else []
    return taken


def train_together(
    model: SpanReader,
    groups: Sequence[Sequence[Feature]],
    settings: Together,
    recipe: Recipe,
    checkpoint: Path,
    log: Callable[[str], None],
    claims: Sequence[Feature] = (),
) -> None:
    """Train in place over ``groups`` once, ``recipe.batch`` windows a step. Resumes from ``checkpoint``.

    Batches of ``claims`` (``qa.training.claims``) come between, evenly.
    """
    loss = partial(group_loss, passages=settings.passages)
    plan = plan_groups(groups, recipe.batch // settings.passages, recipe.seed)
    read: list[Batch] = [(loss, [f for i in batch for f in groups[i]]) for batch in plan]
    judged: list[Batch] = [
        (claim_loss, [claims[i] for i in batch]) for batch in plan_batches(claims, recipe.batch, recipe.seed)
    ]
    run(model, mingled(read, judged), recipe, checkpoint, log)


def mingled(one: Sequence[Batch], other: Sequence[Batch]) -> list[Batch]:
    """Both in their order, each spread evenly over the whole."""
    placed = [((i + 0.5) / len(part), part[i]) for part in (one, other) for i in range(len(part))]
    return [batch for _, batch in sorted(placed, key=lambda p: p[0])]


def grouped(
    examples: Sequence[Example], embedder: Embedder, settings: Together, rng: random.Random
) -> list[list[Example]]:
    """Each question with its passage first, then near ones that do not hold its answer.

    Where it was asked of several passages, those that answer it in other words are left out, and those that
    do not are among the near ones.
    """
    titles = {e.context: e.title for e in examples}
    contexts = sorted(titles)
    places = {c: i for i, c in enumerate(contexts)}
    articles = {t: {e.context for e in about} for t, about in by_article(examples).items()}
    passages = embedder.embed_passages([f"{titles[c]}. {c}" for c in contexts])
    questions = embedder.embed_queries([e.question for e in examples])
    asked: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        asked[example.question].append(example)
    groups = []
    for example, vector in zip(examples, questions, strict=True):
        scores = passages @ vector
        for same in asked[example.question]:
            scores[places[same.context]] = _BARRED if same.answers else _FIRST
        scores[places[example.context]] = _BARRED
        if not example.answers and not example.id.endswith(SWAPPED):
            # The next paragraph of its article may well say what this one does not.
            scores[[places[c] for c in articles[example.title]]] = _BARRED
        near = [contexts[i] for i in np.argsort(-scores)[: 3 * settings.nearest] if scores[i] > _BARRED]
        groups.append(_group(example, near, titles, settings, rng))
    return [g for g in groups if len(g) == settings.passages]


def _group(
    example: Example, near: Sequence[str], titles: Mapping[str, str], settings: Together, rng: random.Random
) -> list[Example]:
    answers = {example.context[s:e].lower() for s, e in example.answers}
    others = [c for c in near if c != example.context and not any(a in c.lower() for a in answers)]
    others = others[: settings.nearest]
    without = bool(answers) and rng.random() < settings.without
    rng.shuffle(others)
    beside = [replace(example, title=titles[c], context=c, answers=()) for c in others]
    group = beside[: settings.passages] if without else [example, *beside[: settings.passages - 1]]
    return titled(group, 1.0, rng) if rng.random() < settings.titled else group


def group_features(
    groups: Sequence[Sequence[Example]], tokenizer: Tokenizer, settings: Together, seed: int
) -> list[list[Feature]]:
    """A window a passage; an answer that is longer than its window counts as none."""
    mix = Mix(short_tokens=settings.tokens, long_share=0.0, window_negatives=0.0)
    flat = [e for group in groups for e in group]
    features = make_features(flat, tokenizer, mix, seed)
    if len(features) != len(flat):
        raise ValueError(f"{len(flat) - len(features)} passages without tokens")
    n = settings.passages
    return [features[i : i + n] for i in range(0, len(features), n)]


def group_loss(logits: Tensor, allowed: Tensor, starts: Tensor, ends: Tensor, passages: int) -> Tensor:
    """Half the loss passage by passage, half that over the margins of a question's passages together.

    ``logits`` (questions * passages, tokens, 2), ``allowed`` likewise less the last axis; ``starts`` and
    ``ends`` are token indexes, 0 where a passage answers nothing.
    """
    alone = span_loss(logits, allowed, starts, ends)
    margins = logits.float() - logits[:, :1].float()
    spans = allowed.clone()
    spans[:, 0] = False
    margins = margins.masked_fill(~spans.unsqueeze(-1), _FAR)
    length = margins.shape[1]
    flat = margins.view(-1, passages * length, 2)
    null = flat.new_zeros(len(flat), 1, 2)
    scores = torch.cat([null, flat], dim=1)
    at = torch.arange(passages).repeat(len(flat)) * length
    together = sum(
        (nn.functional.cross_entropy(scores[..., side], _target(gold, at, passages)))
        for side, gold in enumerate((starts, ends))
    )
    return (alone + together / 2) / 2


def _target(gold: Tensor, at: Tensor, passages: int) -> Tensor:
    """Index into null and all tokens of the passages: the one gold token, or the null answer."""
    placed = torch.where(gold > 0, gold + at + 1, torch.zeros_like(gold))
    return placed.view(-1, passages).max(dim=1).values


def plan_groups(groups: Sequence[Sequence[Feature]], batch: int, seed: int) -> list[list[int]]:
    """Batches of groups of like length: sorted within pools of 30 batches."""
    rng = random.Random(seed)
    order = list(range(len(groups)))
    rng.shuffle(order)
    plan: list[list[int]] = []
    for at in range(0, len(order), batch * 30):
        pool = sorted(order[at : at + batch * 30], key=lambda i: max(len(f.window.ids) for f in groups[i]))
        batches = [pool[i : i + batch] for i in range(0, len(pool), batch)]
        rng.shuffle(batches)
        plan += batches
    return plan
