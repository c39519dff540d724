"""What a verifier learns from: answers, and what a reader takes for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from qa.training.claims import Claim, claim_features, claim_loss, claims, load, save
from qa.training.data import Example
from qa.types import Passage, Span
from qa.windows import BOS, EOS
from tests.qa.hand import word_tokenizer

TEXT = "Le sommet aura lieu à Hanoï. Paul Durand le préside depuis mai."
ASKED = Example("a", "fr", "Sommet", TEXT, "Qui préside le sommet ?", ((29, 40),))


class Finds:
    """A reader that finds the same words, best first, wherever they stand."""

    name = "finds"

    def __init__(self, *words: str) -> None:
        self.words = words

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span]:
        return [
            Span(p.id, p.text.index(w), p.text.index(w) + len(w), 9.0 - i, 0.0)
            for p in passages
            for i, w in enumerate(self.words)
            if w in p.text
        ]


def made(group: Sequence[Example], *words: str, seeds: int = 20) -> set[Claim]:
    found = [list(claims([group], Finds(*words), seed)) for seed in range(seeds)]
    return {replace(c, grounds=c.grounds.removeprefix("Sommet. ")) for own in found for c in own}


def test_the_answer_is_upheld_and_the_best_span_beside_it_is_not() -> None:
    expected = {("Paul Durand", True), ("Hanoï", False)}
    assert {(c.answer, c.upheld) for c in made([ASKED], "Paul Durand", "Hanoï", "mai")} == expected


def test_the_reader_may_put_a_right_answer_in_its_own_words() -> None:
    said = {c.answer for c in made([ASKED], "Durand") if c.upheld}
    assert said == {"Paul Durand", "Durand"}


def test_a_span_that_shares_words_with_the_answer_is_not_called_wrong() -> None:
    assert not [c for c in made([ASKED], "Paul Durand le préside depuis") if not c.upheld]


def test_nothing_is_upheld_where_nothing_answers() -> None:
    unsaid = replace(ASKED, answers=(), question="Qui a préparé le sommet ?")
    assert {(c.answer, c.upheld) for c in made([unsaid], "Paul Durand")} == {("Paul Durand", False)}


def test_near_passages_are_read_every_second_time() -> None:
    near = replace(ASKED, context="Le sommet d'avril fut présidé par Anne Petit.", answers=())
    found = [len(list(claims([[ASKED, near]], Finds("Anne Petit"), s))) for s in range(40)]
    assert set(found) == {1, 2}


def test_grounds_are_the_sentence_and_the_one_before_under_the_title_or_not() -> None:
    found = [c for s in range(20) for c in claims([[ASKED]], Finds(), s)]
    assert {c.grounds for c in found} == {TEXT, f"Sommet. {TEXT}"}


def test_claims_are_read_as_they_were_written(tmp_path: Path) -> None:
    made = [Claim("Qui ?", "l'une\u2028l'autre", "Ni l'une\u2028l'autre.", False), Claim("a", "b", "c", True)]
    save(made, tmp_path / "claims.jsonl")
    assert load(tmp_path / "claims.jsonl") == made


def test_a_window_a_claim() -> None:
    tokenizer = word_tokenizer("Qui ?", "Paul", "Paul préside.")
    claim = Claim("Qui ?", "Paul", "Paul préside.", True)
    feature, other = claim_features([claim, replace(claim, upheld=False)], tokenizer)
    ids = [tokenizer.encode(t, add_special_tokens=False).ids for t in ("Qui ?", "Paul", "Paul préside.")]
    assert feature.window.ids.tolist() == [BOS, *ids[0], EOS, *ids[1], EOS, *ids[2], EOS]
    assert (feature.start, feature.end, other.start, other.end) == (1, 1, 0, 0)


@pytest.mark.parametrize(("null", "upheld"), [(-4.0, 1), (4.0, 0)])
def test_null_logits_deny(null: float, upheld: int) -> None:
    logits = torch.full((1, 3, 2), 9.0)
    logits[:, 0] = null
    right, wrong = (claim_loss(logits, logits, torch.tensor([y]), logits) for y in (upheld, 1 - upheld))
    assert float(right) == pytest.approx(0.018, abs=0.001)
    assert float(wrong) == pytest.approx(4.018, abs=0.001)
