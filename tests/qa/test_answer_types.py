"""What kind of answer is asked for, and whether one is of it."""

from __future__ import annotations

import pytest

from qa.answer_types import agreement, expected


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Quand est prévue la signature ?", "time"),
        ("À quelles dates se tient le sommet ?", "time"),
        ("En quelle année est-il né ?", "time"),
        ("De quel siècle date l'église ?", "time"),
        ("Depuis quand dure la grève ?", "time"),
        ("When will it be signed?", "time"),
        ("In which year did it begin?", "time"),
        ("Việt Nam tham gia Interpol năm nào?", "time"),
        ("Combien de films concourent ?", "quantity"),
        ("Quel est le budget du festival ?", "quantity"),
        ("À combien s'élèvent les dégâts ?", "quantity"),
        ("How many people died?", "quantity"),
        ("Bão đã làm bao nhiêu người chết?", "quantity"),
        ("Qui préside le jury ?", "name"),
        ("Avec qui s'est-elle entretenue ?", "name"),
        ("Who leads the delegation?", "name"),
        ("Où se tient le sommet ?", None),
        ("Pourquoi la grève dure-t-elle ?", None),
        ("Quel film ouvrira le festival ?", None),
        ("Le jour où il est parti, que s'est-il passé ?", None),
        ("", None),
    ],
)
def test_the_kind_asked_for(question: str, kind: str | None):
    assert expected(question) == kind


@pytest.mark.parametrize(
    ("kind", "answer", "agrees"),
    [
        ("time", "les 25 et 26 octobre 2025", 1.0),
        ("time", "cette année", 1.0),
        ("time", "l'ambassadeur", -1.0),
        ("quantity", "une dizaine", 1.0),
        ("quantity", "112 millions d'euros", 1.0),
        ("quantity", "Le 31e", -1.0),
        ("quantity", "le deuxième", -1.0),
        ("name", "la vice-ministre Le Thi Thu Hang", 1.0),
        ("name", "la nécropole", -1.0),
        (None, "n'importe quoi", 0.0),
    ],
)
def test_whether_an_answer_is_of_the_kind(kind, answer: str, agrees: float):
    assert agreement(kind, answer) == agrees
