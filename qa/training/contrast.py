"""Fine-tune the encoder for retrieval: a question near its paragraph, and far from the others of its batch.

InfoNCE with in-batch negatives (van den Oord et al. 2018; for passages Karpukhin et al. 2020, "Dense
passage retrieval"), at the temperature given. Batches are made of runs of pairs from the same article, so
that most negatives are other paragraphs of the same article, which is what retrieval confuses. Word
embeddings stay frozen: reader and encoder share their table.

Held out, in all languages: the articles that XQuAD shares with SQuAD, and a tenth of the articles of
``train.fr`` (``held_out``). Retrieval is measured on them and on ``dev.fr``.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel

from embeddings.building.texts import read_rows
from qa.training.data import Example
from qa.training.fast_encoder import make_fast
from qa.training.optimise import optimizer_for, resume, save
from qa.windows import PAD

Row = dict[str, Any]
T = TypeVar("T")
_RUN = 6
# How many pairs of each kind there are at most.
_SHARES = {"squad": 6_000, "wiki": 3_000, "across": 5_000, "unaligned": 7_000, "cloze": 5_000}


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the paragraph that it is about; ``article`` keeps neighbours together."""

    question: str
    paragraph: str
    article: str


@dataclass(frozen=True, slots=True)
class ContrastRecipe:
    """Optimisation settings; the rate falls linearly to zero.

    ``tuned_share``: how far from the encoder as it was to the tuned one the result lies.
    """

    batch: int = 64
    learning_rate: float = 4e-5
    temperature: float = 0.02
    tokens: int = 160
    warmup: float = 0.1
    dropout: float = 0.05
    seed: int = 1
    checkpoint_every: int = 150
    tuned_share: float = 0.6


def held_out(data: Path) -> tuple[set[str], set[str]]:
    """Titles of ``train.fr`` kept for measuring, and SQuAD's ids of the articles that XQuAD has."""
    french = sorted({r["title"] for r in read_rows(data / "reader/train.fr.jsonl.gz")})
    random.Random(0).shuffle(french)
    english, others = (read_rows(data / f"reader/train.{n}.jsonl.gz") for n in ("en", "xx"))
    shared = {_origin(r) for r in others if r["source"] == "xquad"}
    titles = {r["title"] for r in english if _origin(r) in shared}
    return set(french[: len(french) // 10]), shared | {_origin(r) for r in english if r["title"] in titles}


def choose_pairs(data: Path, translated: Sequence[Row], cloze: Sequence[Row], seed: int) -> list[Pair]:
    """The mixture: French twice, other languages in lesser shares, the press by titles and clozes."""
    rng = random.Random(seed)
    titles, shared = held_out(data)
    french = [r for r in read_rows(data / "reader/train.fr.jsonl.gz") if r["title"] not in titles]
    english, others, rough = (
        [r for r in rows if r["answers"] and _origin(r) not in shared]
        for rows in (*(read_rows(data / f"reader/train.{n}.jsonl.gz") for n in ("en", "xx")), translated)
    )
    squad = [r for r in english if "squad-" in r["source"]]
    wiki = [r for r in english if "new_wiki" in r["source"]]
    return [
        *_about(french, "a", 9, rng),
        *_about(french, "b", 5, rng),
        *_about(_some(squad, "squad", rng), "en", 2, rng),
        *_about(_some(wiki, "wiki", rng), "wiki", 2, rng),
        *_about(others, "xx", 1, rng),
        *_about(rough, "rough", 1, rng),
        *_across([*squad, *others, *rough], rng),
        *_unaligned(data, english, rng),
        *_press(data, cloze, rng),
    ]


def as_row(example: Example) -> Row:
    """An example of the reader's in the form of the data's rows."""
    answers = [example.context[a:b] for a, b in example.answers]
    fields = ("id", "lang", "title", "context", "question")
    return {name: getattr(example, name) for name in fields} | {"answers": answers}


def _origin(row: Row) -> str:
    """SQuAD's own id, which translations of a question share."""
    return str(row["id"]).partition(":")[2].partition("#")[0]


def _about(rows: Iterable[Row], tag: str, most: int, rng: random.Random) -> list[Pair]:
    """At most so many questions of each paragraph."""
    of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        of[row["title"], row["context"]].append(row["question"])
    pairs = []
    for (title, context), questions in of.items():
        rng.shuffle(questions)
        pairs += [Pair(q, context, tag + title) for q in questions[:most]]
    return pairs


def _across(rows: Iterable[Row], rng: random.Random) -> list[Pair]:
    """A question in one language and its paragraph in another."""
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        versions[_origin(row)].append(row)
    several = [v for v in versions.values() if len({r["lang"] for r in v}) > 1]
    pairs = []
    for rows_of_one in _some(several, "across", rng):
        asked = rng.choice(rows_of_one)
        other = rng.choice([r for r in rows_of_one if r["lang"] != asked["lang"]])
        pairs.append(Pair(asked["question"], other["context"], "across" + other["title"]))
    return pairs


def _unaligned(data: Path, english: Iterable[Row], rng: random.Random) -> list[Pair]:
    known = {_letters(r["context"]) for r in english}
    rows = enumerate(read_rows(data / "reader/unaligned.en.jsonl.gz"))
    pairs = [
        Pair(rng.choice(row["questions"]), row["context"], f"unaligned{i // _RUN}")
        for i, row in rows
        if row["questions"] and _letters(row["context"]) not in known
    ]
    return _some(pairs, "unaligned", rng)


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())[:80]


def _press(data: Path, cloze: Sequence[Row], rng: random.Random) -> list[Pair]:
    """Headlines with how their articles begin, and statements turned into questions."""
    articles = read_rows(data / "corpus/press_sample.jsonl.gz")
    pairs = [Pair(a["title"], a["text"][:500], f"press{a['id']}") for a in articles]
    made = _some(cloze, "cloze", rng)
    return [*pairs, *(Pair(r["question"], r["context"], "cloze" + r["title"]) for r in made)]


def _some(items: Sequence[T], kind: str, rng: random.Random) -> list[T]:
    return rng.sample(list(items), min(_SHARES[kind], len(items)))


def plan_batches(pairs: Sequence[Pair], batch: int, seed: int) -> list[list[Pair]]:
    """Full batches of runs of up to six pairs from one article."""
    rng = random.Random(seed)
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.article].append(pair)
    runs = []
    for group in groups.values():
        rng.shuffle(group)
        runs += [group[i : i + _RUN] for i in range(0, len(group), _RUN)]
    rng.shuffle(runs)
    flat = [pair for run in runs for pair in run]
    return [flat[i : i + batch] for i in range(0, len(flat) - batch + 1, batch)]


def tune(
    encoder: BertModel,
    tokenizer: Tokenizer,
    pairs: Sequence[Pair],
    recipe: ContrastRecipe,
    checkpoint: Path,
    log: Callable[[str], None],
) -> None:
    """Train in place over the pairs once. Resumes from ``checkpoint`` if it exists."""
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        make_fast(encoder, recipe.dropout)
    encoder.to(device).train()  # type: ignore[arg-type]
    plan = plan_batches(pairs, recipe.batch, recipe.seed)
    optimizer, schedule = optimizer_for(encoder, recipe.learning_rate, len(plan), warmup=recipe.warmup)
    done = resume(encoder, optimizer, schedule, checkpoint)
    running = 0.0
    for step in range(done, len(plan)):
        loss = contrast(encoder, tokenizer, plan[step], recipe)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        running += (loss.item() - running) / min(step - done + 1, 50)
        if (step + 1) % 25 == 0:
            log(f"step {step + 1}/{len(plan)} loss {running:.3f}")
        if (step + 1) % recipe.checkpoint_every == 0 or step + 1 == len(plan):
            save(encoder, optimizer, schedule, checkpoint, step + 1)


def towards(before: dict[str, Tensor], after: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights ``share`` of the way: better on either side's ground (Wortsman et al. 2022, "WiSE-FT").

    What was frozen stays as it is, bit by bit.
    """
    return {
        k: v if torch.equal(v, after[k]) else (1 - share) * v + share * after[k] for k, v in before.items()
    }


def contrast(
    encoder: BertModel, tokenizer: Tokenizer, pairs: Sequence[Pair], recipe: ContrastRecipe
) -> Tensor:
    """The mean loss of one batch; a paragraph that several questions share counts once."""
    paragraphs = sorted({p.paragraph for p in pairs}, key=len)
    at = {paragraph: i for i, paragraph in enumerate(paragraphs)}
    questions = embed(encoder, tokenizer, [f"query: {p.question}" for p in pairs], recipe.tokens)
    half = len(paragraphs) // 2  # the short half is padded less
    parts = [[f"passage: {p}" for p in part] for part in (paragraphs[:half], paragraphs[half:]) if part]
    vectors = torch.cat([embed(encoder, tokenizer, part, recipe.tokens) for part in parts])
    gold = torch.tensor([at[p.paragraph] for p in pairs], device=vectors.device)
    return torch.nn.functional.cross_entropy(questions @ vectors.T / recipe.temperature, gold)


def embed(encoder: BertModel, tokenizer: Tokenizer, texts: Sequence[str], tokens: int) -> Tensor:
    """Unit vectors (n, dimension) by mean pooling, each text cut to so many tokens."""
    rows = [e.ids for e in tokenizer.encode_batch(list(texts))]
    rows = [row if len(row) <= tokens else [*row[: tokens - 1], row[-1]] for row in rows]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (longest - len(row)) for row in rows], device=encoder.device)
    mask = (ids != PAD).long()
    with torch.autocast(encoder.device.type, dtype=torch.bfloat16):
        hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    pooled = (hidden.float() * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(pooled, dim=-1)
