"""Questions out of press text: the pattern's find is the answer, at its offsets, and nothing more than it."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from qa.training.press import Found, find, press_examples

TEXT = (
    "La réforme avance. Le rapport de l'Agence pour la sécurité des routes (ASR) inquiète. "
    "Jeanne Martin-Duval, secrétaire générale de la fédération, a réagi. "
    "Le ministre de la Santé Paul Durand s'est tu."
)


def finds(text: str) -> list[tuple[str, str]]:
    return [(f.subject, text[f.start : f.end]) for f in find(text)]


def test_each_pattern_gives_its_subject_and_its_answer() -> None:
    assert finds(TEXT) == [
        ("ASR", "Agence pour la sécurité des routes"),
        ("Jeanne Martin-Duval", "secrétaire générale de la fédération"),
        ("la secrétaire générale de la fédération", "Jeanne Martin-Duval"),
        ("le ministre de la Santé", "Paul Durand"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Le maire de la ville (PS) a réagi.",  # not its initials
        "Une aide (AIDE) est versée.",
        "Paul Durand, ministre, a réagi.",  # of what is not said
        "Paul Durand, ministre qui a réagi au rapport, se tait.",
        "Le ministre Paul Durand se tait.",
        "Lundi, Paul Durand a parlé.",
    ],
)
def test_what_says_too_little_or_too_much_is_left(text: str) -> None:
    assert finds(text) == []


@pytest.mark.parametrize(
    ("text", "long_form"),
    [
        ("L'allocation aux adultes handicapés (AAH) augmente.", "allocation aux adultes handicapés"),
        ("Un service d'aide à domicile en milieu rural (ADMR) ouvre.", "aide à domicile en milieu rural"),
        ("L'Électricité de la Réunion (ER) recrute.", "Électricité de la Réunion"),
    ],
)
def test_small_words_spell_nothing_and_accents_do(text: str, long_form: str) -> None:
    assert [answer for _, answer in finds(text)] == [long_form]


@pytest.mark.parametrize(
    ("office", "asked"),
    [
        ("ancienne ministre de la Culture", "l'ancienne ministre de la Culture"),
        ("directrice de l'école du village", "la directrice de l'école du village"),
        ("le président de la région", "le président de la région"),
    ],
)
def test_an_office_is_asked_for_with_its_article(office: str, asked: str) -> None:
    assert finds(f"Anne Petit, {office}, parle.")[1][0] == asked


def corpus(folder: Path, *texts: str) -> Path:
    path = folder / "press.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": t}) + "\n" for t in texts)
    return path


def test_examples_hold_their_answers_and_negatives_none(tmp_path: Path) -> None:
    other = "Marc Petit, directeur de la banque centrale, est parti. Fin."
    path = corpus(tmp_path, TEXT, other)
    texts = (TEXT, other)
    made = press_examples(path, random.Random(1))
    answers = [e.context[s:t] for e in made for s, t in e.answers]
    assert answers == [answer for text in texts for _, answer in finds(text)]
    negatives = [e for seed in range(9) for e in press_examples(path, random.Random(seed)) if not e.answers]
    assert negatives
    for negative in negatives:
        assert negative.id.endswith("#other")
        assert not any(
            w in negative.context for w in negative.question.split() if w[0].isupper() and w != "Qui"
        )
    assert made == press_examples(path, random.Random(1))


def test_a_find_knows_how_it_may_be_asked() -> None:
    first = next(find(TEXT))
    assert isinstance(first, Found)
    assert all("{}" in way for way in first.ways)
