"""Say which span answers which question where the data does not: the unaligned English paragraphs.

A paragraph comes with its questions and with spans that answer some of them. A reader that is good
already tells which (one step of hard EM: Min et al. 2019, "A Discrete Hard EM Approach for Weakly
Supervised Question Answering"): it need only choose among half a dozen spans, not among all. Only pairs
that stand out are kept. The answers found teach more than the reader knew, since it is then trained to
find them among all spans of the paragraph. Measured on paragraphs of ``dev.fr`` whose pairs are known,
with a reader of F1 62: 77 % of the questions kept, 89 % of the pairs right.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.reader import SpanModel
from qa.spans import trim
from qa.training.data import Example
from qa.windows import Window, sliding_windows, tokenize

_PARAGRAPHS_AT_ONCE = 8
_MAX_TOKENS, _OVERLAP = 384, 96


@dataclass(frozen=True, slots=True)
class Rule:
    """When a pair is kept.

    ``share`` is the least probability of the span among the paragraph's spans, ``margin`` the least score
    above the null answer (logits), ``null`` the margin below which a question counts as unanswered, and
    ``uses`` how many questions one span may answer.
    """

    share: float = 0.7
    margin: float = -4.0
    null: float = -12.0
    uses: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph with its questions and its answer spans (characters), unpaired."""

    name: str
    context: str
    questions: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def load_paragraphs(path: Path) -> Iterator[Paragraph]:
    """Read ``unaligned.en.jsonl.gz``; spans lose punctuation at their edges and grow to whole words."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            context = row["context"]
            found = [trim(context, s["start"], s["start"] + len(s["text"])) for s in row["spans"]]
            spans = tuple(dict.fromkeys(s for s in found if s is not None))
            yield Paragraph(f"unaligned-{number}", context, tuple(row["questions"]), spans)


def assign(
    path: Path, tokenizer: Tokenizer, model: SpanModel, out: Path, rule: Rule, log: Callable[[str], None]
) -> None:
    """Write one line a paragraph to ``out``: its pairs. Run again to go on where it stopped."""
    done = len(out.read_text(encoding="utf-8").splitlines()) if out.exists() else 0
    paragraphs = islice(load_paragraphs(path), done, None)
    with out.open("a", encoding="utf-8") as written:
        while group := list(islice(paragraphs, _PARAGRAPHS_AT_ONCE)):
            lines = [
                json.dumps(_rows(p, s, rule))
                for p, s in zip(group, scores(group, tokenizer, model), strict=True)
            ]
            written.write("".join(f"{line}\n" for line in lines))
            written.flush()
            done += len(group)
            if done % 400 == 0:
                log(f"{done} paragraphs")


def load_assigned(path: Path) -> list[Example]:
    """The examples that ``assign`` wrote."""
    with path.open(encoding="utf-8") as lines:
        rows = [row for line in lines for row in json.loads(line)]
    return [
        Example(
            r["id"], "en", r["title"], r["context"], r["question"], tuple((s, e) for s, e in r["answers"])
        )
        for r in rows
    ]


def scores(
    paragraphs: Sequence[Paragraph], tokenizer: Tokenizer, model: SpanModel
) -> list[NDArray[np.float64]]:
    """For each paragraph the margins (questions, spans): span minus null logits, higher is better."""
    contexts = tokenize(tokenizer, [p.context for p in paragraphs])
    windows: list[tuple[int, int, Window]] = []
    for n, (paragraph, context) in enumerate(zip(paragraphs, contexts, strict=True)):
        for q, question in enumerate(tokenize(tokenizer, list(paragraph.questions))):
            windows += [(n, q, w) for w in sliding_windows(question, context, _MAX_TOKENS, _OVERLAP)]
    margins = [np.full((len(p.questions), len(p.spans)), -np.inf) for p in paragraphs]
    for (n, q, window), (start, end) in zip(windows, model.logits([w for *_, w in windows]), strict=True):
        for s, span in enumerate(paragraphs[n].spans):
            tokens = _tokens(window, span)
            if tokens is not None:
                score = start[tokens[0]] + end[tokens[1]] - start[0] - end[0]
                margins[n][q, s] = max(margins[n][q, s], float(score))
    return margins


def pair(margins: NDArray[np.float64], rule: Rule) -> list[int | None]:
    """For each question (row) its span, -1 for "no answer", None for unsure."""
    if margins.shape[1] == 0:
        return [None] * len(margins)
    best = margins.max(axis=1)
    spread = np.exp(margins - np.where(np.isfinite(best), best, 0.0)[:, None])
    share = 1 / np.maximum(spread.sum(axis=1), 1e-9)
    uses = [0] * margins.shape[1]
    found: list[int | None] = [-1 if b < rule.null else None for b in best]
    for q in np.argsort(-share, kind="stable").tolist():
        span = int(margins[q].argmax())
        if best[q] >= rule.margin and share[q] >= rule.share and uses[span] < rule.uses:
            uses[span] += 1
            found[q] = span
    return found


def _rows(paragraph: Paragraph, margins: NDArray[np.float64], rule: Rule) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number, (question, span) in enumerate(zip(paragraph.questions, pair(margins, rule), strict=True)):
        if span is not None:
            answers = [] if span < 0 else [paragraph.spans[span]]
            head = {"id": f"{paragraph.name}-{number}", "title": paragraph.name, "context": paragraph.context}
            rows.append({**head, "question": question, "answers": answers})
    return rows


def _tokens(window: Window, span: tuple[int, int]) -> tuple[int, int] | None:
    """First and last token of the characters in the window, None when it does not hold them all."""
    starts, ends = window.offsets[:, 0], window.offsets[:, 1]
    touched = np.flatnonzero((starts < span[1]) & (ends > span[0]))
    if len(touched) == 0 or starts[touched[0]] > span[0] or ends[touched[-1]] < span[1]:
        return None
    return window.context_at + int(touched[0]), window.context_at + int(touched[-1])
