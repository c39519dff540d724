"""Training examples: read them, and make the negatives that French has none of.

A negative is a question beside a context that does not answer it. Easy ones teach nothing, so they
come from close by: another paragraph of the same article, the paragraph without its answer sentence,
the same question about another year, number or name (Jia & Liang 2017, "Adversarial Examples for
Evaluating Reading Comprehension Systems", section 4.2, is the source of the swaps).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

SWAPPED = "swap"
"""How the id of a question ends that is about another year, number or name than its paragraph."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a context and the character spans that answer it; no span means unanswerable."""

    id: str
    lang: str
    title: str
    context: str
    question: str
    answers: tuple[tuple[int, int], ...]


def load_examples(path: Path) -> list[Example]:
    """Read one ``.jsonl.gz`` of the reader data."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_example(json.loads(line)) for line in lines]


def _example(row: dict[str, object]) -> Example:
    answers = tuple((a["start"], a["start"] + len(a["text"])) for a in row["answers"])  # type: ignore[attr-defined]
    fields = {k: str(row[k]) for k in ("id", "lang", "title", "context", "question")}
    return Example(**fields, answers=answers)


def by_article(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """Group examples by article title."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.title].append(example)
    return groups


def other_paragraph(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """Each question beside another paragraph of its article that does not hold its answer's text."""
    contexts = {t: sorted({e.context for e in group}) for t, group in by_article(examples).items()}
    made = []
    for example in examples:
        spans = {example.context[s:e].lower() for s, e in example.answers}
        choices = [
            c
            for c in contexts[example.title]
            if c != example.context and not any(s in c.lower() for s in spans)
        ]
        if choices and spans:
            made.append(_negative(example, "para", context=rng.choice(choices)))
    return made


def across_languages(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """The same examples, a ``share`` of those that exist in several languages asked in another one's words.

    Translations of one question share what follows the colon of their ids (SQuAD's own ids), which makes
    pairs of a question in one language and a context in another (Lewis et al. 2020, "MLQA").
    """
    versions: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        versions[_origin(example)].append(example)
    made = []
    for example in examples:
        others = [v.question for v in versions[_origin(example)] if v.lang != example.lang]
        other = others and rng.random() < share
        made.append(replace(example, question=rng.choice(others)) if other else example)
    return made


def _origin(example: Example) -> str:
    return example.id.partition(":")[2].partition("#")[0]


_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-ÖØ-Þ«\"'(])")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text lie, the blank after each included; at least one."""
    return list(pairwise([0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]))


def answer_sentence_removed(examples: Sequence[Example]) -> list[Example]:
    """Each question beside its paragraph less the sentences that hold an answer, where some is left."""
    made = []
    for example in examples:
        kept = [
            example.context[a:b]
            for a, b in sentences(example.context)
            if not any(s < b and e > a for s, e in example.answers)
        ]
        rest = "".join(kept).strip()
        texts = [example.context[s:e].lower() for s, e in example.answers]
        if texts and len(rest) > 120 and not any(t in rest.lower() for t in texts):
            made.append(_negative(example, "cut", context=rest))
    return made


def shortened(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """The same examples, a ``share`` of them beside one to three sentences only, the answer's among them.

    Paragraphs of the press are half as long as an encyclopedia's. A reader that has met short contexts only
    as negatives takes shortness for a sign that nothing answers.
    """
    return [_shortened(e, rng) if rng.random() < share else e for e in examples]


def _shortened(example: Example, rng: random.Random) -> Example:
    parts = sentences(example.context)
    start, end = example.answers[0] if example.answers else rng.choice(parts)
    first = max(i for i, (a, _) in enumerate(parts) if a <= start)
    last = min(i for i, (_, b) in enumerate(parts) if b >= end)
    for _ in range(rng.randrange(3)):
        first, last = (first, last + 1) if rng.random() < 0.5 else (first - 1, last)
    at, to = parts[max(0, first)][0], parts[min(len(parts) - 1, last)][1]
    answers = tuple((s - at, e - at) for s, e in example.answers if at <= s and e <= to)
    return replace(example, context=example.context[at:to].rstrip(), answers=answers)


def titled(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """The same examples, a ``share`` of them under their article's title, as ``qa.context`` has passages."""
    return [_titled(e) if e.title and rng.random() < share else e for e in examples]


def _titled(example: Example) -> Example:
    said = example.title.replace("_", " ").rstrip(" .")
    heading = f"{said} " if said[-1:] in ("!", "?", "…") else f"{said}. "
    answers = tuple((s + len(heading), e + len(heading)) for s, e in example.answers)
    return replace(example, context=heading + example.context, answers=answers)


_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_NUMBER = re.compile(r"\b[0-9]+\b")
_NAME = re.compile(r"(?<=[\s'’])[A-ZÀ-Ö][\w-]+(?:\s+[A-ZÀ-Ö][\w-]+)*")


def swapped_question(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """Each question about another year, number or name than the one its paragraph speaks of."""
    names = sorted({n for e in examples for n in _NAME.findall(e.question)})
    made = []
    for example in examples:
        question = _swap(example, names, rng)
        if question:
            made.append(_negative(example, SWAPPED, question=question))
    return made


def _swap(example: Example, names: Sequence[str], rng: random.Random) -> str | None:
    kinds: list[tuple[re.Pattern[str], Callable[[str], str]]] = [
        (_YEAR, lambda y: str(int(y) + rng.choice([-30, -12, -7, -4, 3, 6, 11, 25]))),
        (_NUMBER, lambda n: str(int(n[:9]) * 2 + rng.randint(1, 9))),
        (_NAME, lambda _n: rng.choice(names)),
    ]
    for pattern, other in kinds:
        found = [m for m in pattern.finditer(example.question) if m.group() in example.context]
        if found:
            match = rng.choice(found)
            new = other(match.group())
            if new not in example.context:
                return example.question[: match.start()] + new + example.question[match.end() :]
    return None


def _negative(example: Example, how: str, **changes: str) -> Example:
    return replace(example, id=f"{example.id}#{how}", answers=(), **changes)
