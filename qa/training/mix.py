"""Which examples a run sees, in which order and cut how: a plan that a seed fixes entirely."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from qa.training.data import (
    Example,
    across_languages,
    answer_sentence_removed,
    load_examples,
    other_paragraph,
    shortened,
    swapped_question,
    titled,
)
from qa.windows import TokenizedText, Window, assemble, room_for_context, tokenize


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each part is seen, and the two window lengths (tokens) with the long one's share.

    ``across_share``: of the examples that exist in several languages, those asked in another one's words.
    ``brief_share``: of all examples, those beside a few sentences only; ``titled_share``: those under their
    article's title.
    """

    french_rounds: float = 2.5
    french_negatives: float = 1.2
    english_share: float = 0.72
    other_share: float = 0.75
    assigned_share: float = 0.0
    translated_share: float = 0.0
    press_share: float = 0.0
    cloze_share: float = 0.0
    parsed_share: float = 0.0
    across_share: float = 0.0
    brief_share: float = 0.0
    titled_share: float = 0.0
    window_negatives: float = 0.08
    short_tokens: int = 112
    long_tokens: int = 224
    long_share: float = 0.12


@dataclass(frozen=True, slots=True)
class Feature:
    """A window and the token indexes of its answer in it; (0, 0) is the null answer."""

    window: Window
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Made:
    """Examples made from the data beforehand by ``assign``, ``translate``, ``press`` and ``parse``."""

    assigned: Sequence[Example] = ()
    translated: Sequence[Example] = ()
    press: Sequence[Example] = ()
    cloze: Sequence[Example] = ()
    parsed: Sequence[Example] = ()


_NOTHING_MADE = Made()


def choose_examples(folder: Path, mix: Mix, seed: int, made: Made = _NOTHING_MADE) -> list[Example]:
    """The examples of one run in the order in which they are seen."""
    rng = random.Random(seed)
    french = load_examples(folder / "train.fr.jsonl.gz")
    english = load_examples(folder / "train.en.jsonl.gz")
    other = load_examples(folder / "train.xx.jsonl.gz")
    negatives = other_paragraph(french, rng) + answer_sentence_removed(french) + swapped_question(french, rng)
    translated = list(made.translated)
    if mix.across_share:
        pool = across_languages([*english, *other, *translated], mix.across_share, rng)
        english, other, translated = _divide(pool, len(english), len(other))
    chosen = _times(french, mix.french_rounds, rng) + _times(
        negatives, mix.french_negatives * len(french) / len(negatives), rng
    )
    chosen += _times(english, mix.english_share, rng) + _times(other, mix.other_share, rng)
    chosen += _times(translated, mix.translated_share, rng)
    chosen += _times(made.assigned, mix.assigned_share, rng) + _times(made.press, mix.press_share, rng)
    chosen += _times(made.cloze, mix.cloze_share, rng) + _times(made.parsed, mix.parsed_share, rng)
    rng.shuffle(chosen)
    chosen = shortened(chosen, mix.brief_share, rng) if mix.brief_share else chosen
    return titled(chosen, mix.titled_share, rng) if mix.titled_share else chosen


def _divide(pool: list[Example], first: int, second: int) -> tuple[list[Example], ...]:
    return pool[:first], pool[first : first + second], pool[first + second :]


def _times(examples: Sequence[Example], times: float, rng: random.Random) -> list[Example]:
    whole, rest = int(times), times - int(times)
    return list(examples) * whole + rng.sample(list(examples), int(rest * len(examples)))


def make_features(examples: Sequence[Example], tokenizer: Tokenizer, mix: Mix, seed: int) -> list[Feature]:
    """Cut one window an example: the answer at a random place, the last ``long_share`` at full length."""
    rng = random.Random(seed + 1)
    contexts = sorted({e.context for e in examples})
    tokens = dict(zip(contexts, tokenize(tokenizer, contexts), strict=True))
    questions = tokenize(tokenizer, [e.question for e in examples])
    first_long = int(len(examples) * (1 - mix.long_share))
    features = []
    for i, (example, question) in enumerate(zip(examples, questions, strict=True)):
        size = mix.long_tokens if i >= first_long else mix.short_tokens
        context = tokens[example.context]
        if len(context.ids):
            features.append(_cut(example, question, context, size, mix.window_negatives, rng))
    return features


def _cut(
    example: Example,
    question: TokenizedText,
    context: TokenizedText,
    size: int,
    window_negatives: float,
    rng: random.Random,
) -> Feature:
    room = room_for_context(question, size)
    span = _token_span(example, context)
    last = max(0, len(context.ids) - room)
    if span is None:
        at = rng.randint(0, last)
        return Feature(assemble(question, context, at, at + room), 0, 0)
    beside = [a for a in range(0, last + 1, 8) if a > span[1] or a + room <= span[0]]
    if beside and rng.random() < window_negatives:
        at = rng.choice(beside)
        return Feature(assemble(question, context, at, at + room), 0, 0)
    low = max(0, min(span[1] + 1 - room, last))
    at = rng.randint(low, max(low, min(span[0], last)))
    window = assemble(question, context, at, at + room)
    start, end = span[0] - at + window.context_at, span[1] - at + window.context_at
    # An answer longer than the window is not in it.
    inside = start >= window.context_at and end < len(window.ids) - 1
    return Feature(window, start, end) if inside else Feature(window, 0, 0)


def _token_span(example: Example, context: TokenizedText) -> tuple[int, int] | None:
    if not example.answers:
        return None
    start, end = example.answers[0]
    touched = [i for i, (s, e) in enumerate(context.offsets) if s < end and e > start]
    return (touched[0], touched[-1]) if touched else None
