"""Questions out of statements: the gap is the answer, at its offsets, and the question holds the rest."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

import qa.training.cloze as cloze
from qa.training.cloze import cloze_examples, clozes

STATEMENT = "Emma Martin a ouvert mardi 3 mars à Lyon un centre de 250 places."


@pytest.fixture(autouse=True)
def nothing_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """All words kept and no keywords, so that what comes out is known."""
    monkeypatch.setattr(cloze, "_LOST", 0.0)
    monkeypatch.setattr(cloze, "_KEYWORDS", 0.0)
    monkeypatch.setattr(cloze, "_WITH_NOUN", 0.0)


def made(statement: str) -> dict[str, str]:
    return {c.question: statement[c.start : c.end] for c in clozes(statement, random.Random(0))}


def test_each_kind_of_gap_gives_its_question() -> None:
    assert made(STATEMENT) == {
        "Quand Emma Martin a ouvert à Lyon un centre de 250 places ?": "mardi 3 mars",
        "Où Emma Martin a ouvert mardi 3 mars un centre de 250 places ?": "à Lyon",
        "Combien de places Emma Martin a ouvert mardi 3 mars à Lyon un centre de ?": "250",
        "Qui a ouvert mardi 3 mars à Lyon un centre de 250 places ?": "Emma Martin",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "Il a remis le prix à Paul Durand.",  # nobody's place
        "Il revient le plus vite possible.",
        "Rendez-vous à 10 heures.",  # neither a number of things nor a date
    ],
)
def test_what_only_looks_like_a_gap_gives_none(statement: str) -> None:
    assert made(statement) == {}


def test_the_noun_is_elided_and_the_approximation_belongs_to_the_number() -> None:
    assert made("Ils sont plus de 30 000 agents.") == {"Combien d'agents ils sont ?": "plus de 30 000"}


ARTICLE = {
    "id": "a",
    "title": "",
    "summary": "Le tribunal de la ville a condamné l'entreprise de transport à 300 euros.",
    "text": (
        "Rien à voir ici avec 300 moutons du pré voisin. "
        "L'entreprise de transport a été condamnée par le tribunal de la ville : elle paiera 300 euros. "
        "Voilà."
    ),
}


def examples(folder: Path, *articles: dict[str, str]) -> list[cloze.Example]:
    path = folder / "press.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(a) + "\n" for a in articles)
    return cloze_examples(path, random.Random(1), an_article=1)


def test_a_summary_is_asked_of_the_sentence_of_the_text_that_says_the_same(tmp_path: Path) -> None:
    (example,) = examples(tmp_path, ARTICLE)
    ((start, end),) = example.answers
    assert example.question.startswith("Combien d'euros")
    assert example.context[start:end] == "300"
    assert example.context[end:].startswith(" euros")


def test_what_the_text_does_not_say_is_not_asked(tmp_path: Path) -> None:
    assert examples(tmp_path, {**ARTICLE, "text": "Le tribunal a condamné l'entreprise de transport."}) == []
