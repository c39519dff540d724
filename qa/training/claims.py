"""Claims: a question, a span, what it stands on, and whether it answers. What a verifier learns from.

The spans are those that people or writers gave, and those that a reader takes for answers: its best ones that
overlap no answer, of the passage asked about and of one near to it. What it is mistaken in is what a second
look must tell (Hu et al. 2019, "Read + Verify"; ``qa.verifying``).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tokenizers import Tokenizer
from torch import Tensor, nn

from eval.metrics.f1 import f1
from qa.context import read_under_titles
from qa.fitting import fitting
from qa.reader import Reader
from qa.training.calibrate import RIGHT_F1
from qa.training.data import Example
from qa.training.mix import Feature
from qa.types import Dispatch, Hit, Passage, Span
from qa.verifying import grounds
from qa.windows import assemble_claim, tokenize

_SPANS = 6
# Spans of less are wrong, of ``RIGHT_F1`` or more right; those between teach nothing.
_WRONG_F1 = 0.2
# Shares: of right answers in the words given, of groups read beyond their first passage, of titles told.
_OWN_WORDS, _NEAR, _TITLED = 0.5, 0.5, 0.7


@dataclass(frozen=True, slots=True)
class Claim:
    """That a span answers a question, the text it stands on, and whether it is so."""

    question: str
    answer: str
    grounds: str
    upheld: bool


def claims(groups: Sequence[Sequence[Example]], reader: Reader, seed: int) -> Iterator[Claim]:
    """Of each group (``qa.training.together``), its first passage always, the others every second time."""
    for number, group in enumerate(groups):
        rng = random.Random(f"{seed} {number}")
        seen = group if rng.random() < _NEAR else group[:1]
        hits = [_hit(example, str(i), rng) for i, example in enumerate(seen)]
        question = group[0].question
        spans = fitting(question, hits, read_under_titles(reader, question, hits), _SPANS)
        for example, hit in zip(seen, hits, strict=True):
            own = [s for s in spans if s.passage_id == hit.passage.id]
            yield from _claims(example, hit, own, rng)


def _claims(example: Example, hit: Hit, spans: Sequence[Span], rng: random.Random) -> Iterator[Claim]:
    """The answer, in its own words or the reader's, and the best span that is none."""
    given = [Span(hit.passage.id, s, e, 0.0, 0.0) for s, e in example.answers[:1]]
    found = [s for s in spans if _overlaps(s, example) and _score(s, example) >= RIGHT_F1]
    wrong = [s for s in spans if not _overlaps(s, example) and _score(s, example) < _WRONG_F1]
    right = given if not found or rng.random() < _OWN_WORDS else found
    for span, upheld in [*((s, True) for s in right[:1] if given), *((s, False) for s in wrong[:1])]:
        yield Claim(example.question, example.context[span.start : span.end], grounds(hit, span), upheld)


def _hit(example: Example, name: str, rng: random.Random) -> Hit:
    passage = Passage(name, name, 1, 0, len(example.context), example.context)
    title = example.title.replace("_", " ") if rng.random() < _TITLED else ""
    return Hit(passage, Dispatch(name, "", "", title, None, example.context), 0.0, 0.0, None, None)


def _overlaps(span: Span, example: Example) -> bool:
    return any(span.start < e and span.end > s for s, e in example.answers)


def _score(span: Span, example: Example) -> float:
    gold = [example.context[s:e] for s, e in example.answers]
    return f1(example.context[span.start : span.end], gold) if gold else 0.0


def save(made: Iterable[Claim], path: Path) -> None:
    """Write a line of JSON a claim."""
    with path.open("w", encoding="utf-8") as out:
        for claim in made:
            out.write(json.dumps(asdict(claim), ensure_ascii=False) + "\n")


def load(path: Path) -> list[Claim]:
    """Read what ``save`` wrote. Raises OSError."""
    return [Claim(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def claim_features(made: Sequence[Claim], tokenizer: Tokenizer) -> list[Feature]:
    """A window a claim; its "start" and "end" are 1 where it is upheld, else 0."""
    features = []
    for claim in made:
        texts = tokenize(tokenizer, [claim.question, claim.answer, claim.grounds])
        features.append(Feature(assemble_claim(*texts), int(claim.upheld), int(claim.upheld)))
    return features


def claim_loss(logits: Tensor, allowed: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """Cross-entropy of whether claims are upheld (``starts``), by the first token's logits, which deny them.

    ``logits`` (claims, tokens, 2); ``allowed`` and ``ends`` are not looked at.
    """
    log_odds = -logits[:, 0].float().mean(dim=-1)
    return nn.functional.binary_cross_entropy_with_logits(log_odds, starts.float())
