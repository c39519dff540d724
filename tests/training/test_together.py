"""Passages of a question read together: groups, and one softmax over their margins."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from qa.training.claims import claim_loss
from qa.training.data import Example
from qa.training.mix import Feature, Made
from qa.training.model import span_loss
from qa.training.together import (
    Together,
    collections,
    group_loss,
    grouped,
    mingled,
    plan_groups,
    train_together,
)
from qa.training.train import Recipe, collate
from qa.training.written import paragraph_key
from qa.windows import Window
from tests.fakes import FakeEmbedder
from tests.training.test_training_loop import MARK, features, tiny_model

ANSWERED = Example("a", "fr", "Sommet", "Le sommet se tient à Hanoï.", "Où se tient le sommet ?", ((21, 26),))
OTHERS = [
    replace(ANSWERED, id=str(i), context=text, question=f"question {i} ?", answers=((0, len(text)),))
    for i, text in enumerate(
        ["Le sommet a lieu en mai.", "On attend le sommet.", "À Hanoï, le sommet est prêt.", "Il pleut."]
    )
]
"""Of these the third holds the answer's text."""


def _groups(settings: Together) -> list[list[Example]]:
    return grouped([ANSWERED, *OTHERS], FakeEmbedder(), settings, random.Random(1))


def test_a_question_comes_with_its_passage_first_and_with_others_that_do_not_hold_its_answer() -> None:
    group = _groups(Together(passages=3, without=0.0, titled=0.0))[0]
    assert group[0] == ANSWERED
    assert all(e.question == ANSWERED.question and not e.answers for e in group[1:])
    assert len({e.context for e in group}) == 3
    assert not any("Hanoï" in e.context for e in group[1:])


def test_some_questions_come_without_the_passage_that_answers() -> None:
    group = _groups(Together(passages=3, without=1.0, titled=0.0))[0]
    assert len(group) == 3
    assert not any(e.answers or e.context == ANSWERED.context for e in group)


def test_what_its_own_passage_does_not_answer_stands_beside_it() -> None:
    asked = replace(ANSWERED, answers=())
    others = [replace(e, title="Ailleurs") for e in OTHERS[1:]]
    examples = [asked, OTHERS[0], *others]
    group = grouped(examples, FakeEmbedder(), Together(without=1.0, titled=0.0), random.Random(1))[0]
    assert group[0] == asked
    assert len({e.context for e in group}) == 3
    assert not any(e.answers for e in group)
    # The next paragraph of its article may answer it.
    assert not any(e.context == OTHERS[0].context for e in group)


def test_a_passage_that_answers_the_same_in_other_words_does_not_stand_beside_it() -> None:
    elsewhere = replace(ANSWERED, id="b", context="Hà Nội l'accueille.", answers=((0, 6),))
    examples = [ANSWERED, elsewhere, *OTHERS]
    for seed in range(9):
        settings = Together(passages=2, nearest=9, without=0.0, titled=0.0)
        group = grouped(examples, FakeEmbedder(), settings, random.Random(seed))[0]
        assert group[1].context != elsewhere.context


def test_passages_of_which_the_same_was_asked_in_vain_come_first() -> None:
    in_vain = replace(ANSWERED, id="b", title="Pluie", context="Il neige au loin.", answers=())
    settings = Together(passages=2, nearest=1, without=0.0, titled=0.0)
    group = grouped([ANSWERED, in_vain, *OTHERS], FakeEmbedder(), settings, random.Random(1))[0]
    assert group[1].context == in_vain.context


def _file(path: Path, examples: Sequence[Example]) -> None:
    rows = [
        {**asdict(e), "answers": [{"start": s, "text": e.context[s:t]} for s, t in e.answers]}
        for e in examples
    ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_so_many_questions_of_each_kind(tmp_path: Path) -> None:
    (tmp_path / "reader").mkdir()
    text = "Paul habite à Hanoï depuis 1991. Il y travaille."
    many = [
        Example(
            f"x:{i}", "fr", f"t{i // 4}", text, "Où habitait Paul en 1991 ?", ((14, 19),) if i % 2 else ()
        )
        for i in range(80)
    ]
    answered = [replace(e, id=f"parsed:press:{e.id}") for e in many if e.answers]
    for name in ("en", "xx"):
        _file(tmp_path / f"reader/train.{name}.jsonl.gz", many)
    _file(tmp_path / "reader/train.fr.jsonl.gz", [e for e in many if e.answers])
    settings = Together(
        french=10, wiki=0, press=10, english=10, other=4, translated=6, swapped=0.5, unanswerable=0.5
    )
    found = collections(tmp_path, Made(parsed=answered, translated=many), settings, random.Random(1))
    assert [len(part) for part in found] == [15, 15, 10, 4, 6]
    assert [sum(not e.answers for e in part) for part in found] == [5, 5, 5, 2, 3]
    plain = collections(tmp_path, Made(parsed=answered, translated=many), Together(), random.Random(1))
    assert all(e.answers for part in plain for e in part)


def test_written_questions_stand_with_their_kind_and_some_older_ones_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reader").mkdir()
    (tmp_path / "corpus").mkdir()
    for name in ("fr", "en", "xx"):
        _file(tmp_path / f"reader/train.{name}.jsonl.gz", [replace(ANSWERED, title="Vienne")])
    row = {"id": "orangesum-7", "title": "Pluie", "text": "Il pleut sur Brest.", "date": "2019-01-01"}
    with gzip.open(tmp_path / "corpus/press_sample.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    wiki = f"{paragraph_key(ANSWERED.context)}\t0-27\tfr\t"
    (tmp_path / "train.1.tsv").write_text(
        "".join(
            f"{source}Question {i} ?\t-\n" for source in (wiki, "orangesum-7\t0-19\tfr\t") for i in range(3)
        )
    )
    (tmp_path / "train.2.tsv").write_text(
        "inv0.1\t0-40\tfr\tQui vient ?\t-\norangesum-7\t0-19\tfr\tOù ?\t13-18\n"
    )
    monkeypatch.setattr("qa.training.together.QUESTIONS", tmp_path)
    settings = Together(french=0, wiki=0, press=0, written=("train.2.tsv",), again=4)
    about_wiki, about_press, *_, invented = collections(tmp_path, Made(), settings, random.Random(1))
    assert [e.id.split(":")[0] for e in about_wiki] == ["train.1"] * 2
    assert sorted(e.id.split(":")[0] for e in about_press) == ["train.1", "train.1", "train.2"]
    assert [e.question for e in invented] == ["Qui vient ?"]


def test_a_question_with_too_few_passages_near_is_left_out() -> None:
    asked = {group[0].question for group in _groups(Together(passages=5, without=0.0))}
    assert asked
    assert ANSWERED.question not in asked


def test_titles_stand_over_all_passages_of_a_group_and_answers_move_with_them() -> None:
    group = _groups(Together(passages=3, without=0.0, titled=1.0))[0]
    assert all(e.context.startswith("Sommet. ") for e in group)
    ((start, end),) = group[0].answers
    assert group[0].context[start:end] == "Hanoï"


def _loss(margins: Sequence[float], gold: int | None) -> float:
    """Of three passages of one token each (behind the null token), the gold one told by its place."""
    logits = torch.zeros(3, 2, 2)
    logits[:, 1, :] = torch.tensor(margins)[:, None]
    starts = torch.tensor([int(i == gold) for i in range(3)])
    return float(group_loss(logits, torch.ones(3, 2, dtype=torch.bool), starts, starts, 3))


def test_the_loss_is_half_that_of_each_passage_and_half_that_of_all_margins_together() -> None:
    margins = np.array([2.0, 1.0, -1.0])
    alone = [np.logaddexp(0, m) for m in margins]
    expected_alone = (alone[0] - margins[0] + alone[1] + alone[2]) / 3
    expected_together = np.log(1 + np.exp(margins).sum()) - margins[0]
    assert np.isclose(_loss(margins.tolist(), 0), (expected_alone + expected_together) / 2, atol=1e-5)
    nothing = np.log(1 + np.exp(margins).sum())
    assert np.isclose(_loss(margins.tolist(), None), (sum(alone) / 3 + nothing) / 2, atol=1e-5)


def test_a_passage_beside_that_is_believed_more_costs() -> None:
    assert _loss([2.0, 3.0, 0.0], 0) > _loss([2.0, -3.0, 0.0], 0)


def test_only_the_logits_above_the_null_answers_count_between_passages() -> None:
    logits = torch.randn(3, 4, 2, generator=torch.Generator().manual_seed(0))
    allowed, starts = torch.ones(3, 4, dtype=torch.bool), torch.tensor([2, 0, 0])
    shifted = logits + torch.tensor([0.0, 5.0, -3.0])[:, None, None]
    losses = [float(group_loss(each, allowed, starts, starts, 3)) for each in (logits, shifted)]
    assert np.isclose(*losses, atol=1e-5)


def test_each_group_is_seen_once() -> None:
    plan = plan_groups([features(3)] * 25, 4, seed=1)
    assert sorted(i for batch in plan for i in batch) == list(range(25))


def test_training_on_groups_learns_which_passage_answers(tmp_path: Path) -> None:
    """Two passages hold the mark; the first token after the question says which of the two answers."""
    model, rng, settings = tiny_model(), random.Random(0), Together(passages=2)
    groups = [_marked(rng) for _ in range(2000)]
    losses: list[str] = []
    recipe = Recipe(batch=20, learning_rate=5e-3, dropout=0.0)
    train_together(model, groups, settings, recipe, tmp_path / "steps.pt", losses.append)
    first, *_, last = (float(re.findall(r"loss ([0-9.]+)", line)[0]) for line in losses)
    assert last < first
    assert last < 0.2


def test_claims_are_learned_between_the_groups(tmp_path: Path) -> None:
    """A claim holds where its answer is the mark."""
    model, rng = tiny_model(), random.Random(0)
    groups, claims = [_marked(rng) for _ in range(100)], [_claim(rng) for _ in range(2000)]
    recipe = Recipe(batch=20, learning_rate=5e-3, dropout=0.0)
    train_together(model, groups, Together(passages=2), recipe, tmp_path / "steps.pt", print, claims)
    ids, mask, allowed, starts, ends = collate([_claim(rng) for _ in range(100)])
    with torch.no_grad():
        logits = model.train(False)(ids, mask)
    assert claim_loss(logits, allowed, starts, ends) < 0.2


def _claim(rng: random.Random) -> Feature:
    upheld = rng.random() < 0.5
    ids = [0, 5, 2, MARK if upheld else 9, 2, *(rng.randint(10, 19) for _ in range(6)), 2]
    window = Window(np.array(ids, np.int32), 5, np.zeros((6, 2), np.int32))
    return Feature(window, int(upheld), int(upheld))


def _marked(rng: random.Random) -> list[Feature]:
    def passage(answers: bool) -> Feature:
        ids = [0, 5, 2, 2, 8 if answers else 9, *(rng.randint(10, 19) for _ in range(6)), 2]
        at = rng.randint(5, len(ids) - 2)
        ids[at] = MARK
        place = at if answers else 0
        return Feature(
            Window(np.array(ids, np.int32), 4, np.zeros((len(ids) - 5, 2), np.int32)), place, place
        )

    return [passage(True), passage(False)]


def test_two_kinds_of_batches_are_spread_over_the_whole() -> None:
    one, other = ([(span_loss, name * n) for n in range(1, k + 1)] for name, k in (("a", 6), ("b", 2)))
    assert [name for _, name in mingled(one, other)] == [
        "a",
        "aa",
        "b",
        "aaa",
        "aaaa",
        "aaaaa",
        "bb",
        "aaaaaa",
    ]
    assert mingled(one, []) == one
