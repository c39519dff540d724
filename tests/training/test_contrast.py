"""Tuning the encoder: hard batches, nothing held out is trained on, a loss that falls, runs that resume."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from qa.training import contrast
from qa.training.contrast import ContrastRecipe, Pair, choose_pairs, held_out, plan_batches, towards, tune
from tests.tiny import tokenizer_of

WORDS = "chat chien pluie vent budget sommet phare train ville route loi vote port digue usine pont".split()
PAIRS = [Pair(f"où est le {w}", f"le {w} est ici , dit on", f"article {i // 4}") for i, w in enumerate(WORDS)]
RECIPE = ContrastRecipe(
    batch=8, learning_rate=3e-3, temperature=0.1, warmup=0.1, dropout=0.0, checkpoint_every=4
)


def test_batches_are_full_and_neighbours_come_together():
    batches = plan_batches(PAIRS, 8, seed=1)
    assert [len(b) for b in batches] == [8, 8]
    for batch in batches:
        articles = [p.article for p in batch]
        assert all(articles.count(a) == 4 for a in articles)


@pytest.fixture
def encoder() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=60, hidden_size=32, num_hidden_layers=1, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, pad_token_id=1,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False)


@pytest.fixture
def tokenizer() -> Iterator[Tokenizer]:
    texts = [t for p in PAIRS for t in (f"query: {p.question}", f"passage: {p.paragraph}")]
    yield tokenizer_of(texts).backend_tokenizer


def run(encoder: BertModel, tokenizer: Tokenizer, rounds: int, checkpoint: Path) -> list[str]:
    lines: list[str] = []
    tune(encoder, tokenizer, PAIRS * rounds, RECIPE, checkpoint, lines.append)
    return lines


def test_tuning_brings_questions_to_their_paragraphs_and_leaves_the_word_table(
    encoder: BertModel, tokenizer: Tokenizer, tmp_path: Path
):
    table = encoder.embeddings.word_embeddings.weight.clone()

    def loss() -> float:
        encoder.train(False)
        with torch.no_grad():
            return float(contrast.contrast(encoder, tokenizer, PAIRS, RECIPE))

    before = loss()
    run(encoder, tokenizer, 15, tmp_path / "steps.pt")
    assert loss() < before / 2
    assert torch.equal(encoder.embeddings.word_embeddings.weight, table)


def test_a_run_that_was_cut_goes_on_from_its_checkpoint(
    encoder: BertModel, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    start = {k: v.clone() for k, v in encoder.state_dict().items()}
    run(encoder, tokenizer, 4, tmp_path / "whole.pt")
    whole = {k: v.clone() for k, v in encoder.state_dict().items()}

    encoder.load_state_dict(start)
    steps, real = 0, contrast.contrast

    def killed(*args: Any) -> torch.Tensor:
        nonlocal steps
        steps += 1
        if steps > 5:
            raise KeyboardInterrupt
        return real(*args)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(contrast, "contrast", killed)
        run(encoder, tokenizer, 4, tmp_path / "cut.pt")
    encoder.load_state_dict(start)
    run(encoder, tokenizer, 4, tmp_path / "cut.pt")
    for name, value in encoder.state_dict().items():
        assert torch.allclose(value, whole[name], atol=1e-6), name


def test_what_is_shipped_lies_between_before_and_after_and_keeps_what_was_frozen():
    table = torch.tensor([0.1, 0.7])
    mixed = towards(
        {"w": torch.tensor([0.0, 1.0]), "table": table},
        {"w": torch.tensor([1.0, 1.0]), "table": table.clone()},
        0.6,
    )
    assert mixed["w"].tolist() == pytest.approx([0.6, 1.0])
    assert mixed["table"].tolist() == table.tolist()


def row(identity: str, title: str, source: str = "s", **others: Any) -> dict[str, Any]:
    own = {"id": identity, "title": title, "source": source, "lang": "fr", "answers": [{"text": "x"}]}
    return {**own, "question": f"question {identity}", "context": f"contexte {identity}", **others}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    english = [row(f"squad-1.1:{i}", f"E{i}", "squad-1.1-dev", lang="en") for i in range(8)]
    english += [row(f"w:{i}", f"W{i}", "squadshifts-new_wiki", lang="en") for i in range(4)]
    sets = {
        "reader/train.fr": [row(f"piaf:{i}", f"T{i}") for i in range(30)],
        "reader/train.en": english,
        "reader/train.xx": [row("xquad:3", "E3", "xquad", lang="vi"), row("es:3", "E3"), row("es:4", "E4")],
        "reader/unaligned.en": [{"context": "contexte squad-1.1:5", "questions": ["q"], "spans": []}]
        + [{"context": f"autre {i}", "questions": [f"u{i}"], "spans": []} for i in range(3)],
        "corpus/press_sample": [{"id": "1", "title": "Titre", "text": "Un texte."}],
    }
    for name, rows in sets.items():
        path = tmp_path / f"{name}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(r) + "\n" for r in rows)
    return tmp_path


def test_nothing_held_out_is_trained_on(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(contrast, "_SHARES", {k: 2 for k in contrast._SHARES})
    titles, shared = held_out(data)
    assert len(titles) == 3
    assert shared == {"3"}
    pairs = choose_pairs(data, [row("es:3#fr", "E3"), row("es:4#fr", "E4")], [row("c", "P")], seed=1)
    trained = {p.paragraph for p in pairs}
    assert not {f"contexte piaf:{t[1:]}" for t in titles} & trained
    assert not {"contexte squad-1.1:3", "contexte xquad:3", "contexte es:3", "contexte es:3#fr"} & trained
    assert {"contexte es:4", "contexte es:4#fr", "Un texte.", "contexte c"} <= trained
    assert len([p for p in pairs if p.article.startswith("a")]) >= 27


def test_the_same_seed_chooses_the_same(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(contrast, "_SHARES", {k: 2 for k in contrast._SHARES})
    chosen = [choose_pairs(data, [], [], seed) for seed in (1, 1)]
    assert chosen[0] == chosen[1]
