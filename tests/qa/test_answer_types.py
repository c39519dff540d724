"""Which spans are of the type that a question asks for."""

from __future__ import annotations

import pytest

from qa.answer_types import type_check

QUESTIONS = {
    "time": ["Quand a lieu le sommet ?", "À quelle date aura-t-il lieu ?", "When is it?", "Khi nào diễn ra?"],
    "hour": ["À quelle heure s'ouvre le sommet ?", "What time does it open?", "Mấy giờ khai mạc?"],
    "year": ["En quelle année est-il né ?", "In which year was he born?"],
    "century": ["De quel siècle date la nécropole ?", "Which century is it from?"],
    "name": ["Qui préside ?", "Avec qui a-t-il signé ?", "Ai chủ trì?", "Ông ấy là ai?"],
    "place": ["Where was he born?", "Où se tient le sommet ?", "Hội nghị diễn ra ở đâu?"],
}


def of_type(question: str, text: str) -> bool:
    check = type_check(question)
    assert check is not None
    return check(text)


@pytest.mark.parametrize(
    ("kind", "fits", "does_not"),
    [
        (
            "time",
            [
                "les 25 et 26 octobre",
                "mardi",
                "cette année",
                "après la signature",
                "pendant la guerre",
                "en mai",
            ],
            ["le ministre", "à Hanoï", "Le vice-président du Comité populaire"],
        ),
        ("hour", ["3h40", "à 20 h 50", "à midi", "5 p.m.", "12:30"], ["mardi", "le 3 mai", "en 2025"]),
        ("year", ["1987", "l'an 9", "cette année", "en mars 1987"], ["mardi", "à Paris"]),
        ("century", ["Ve siècle", "au XIXe", "13th", "1450"], ["mercredi", "un mois"]),
        (
            "place",
            ["à Paris", "l'ONU", "sur Mars"],
            ["les 25 et 26 octobre 2025", "86"],
        ),
        (
            "name",
            ["Avril Lavigne", "sur Mars", "l'ONU", "le ministre", "à 50 km d'Arvigny", "C"],
            ["les 25 et 26 octobre 2025", "mardi", "le 3 mars", "86", "en 2025", "…"],
        ),
    ],
)
def test_what_is_of_the_type_asked_for(kind: str, fits: list[str], does_not: list[str]) -> None:
    for question in QUESTIONS[kind]:
        assert [t for t in [*fits, *does_not] if of_type(question, t)] == fits, question


@pytest.mark.parametrize(
    "question",
    [
        "Quand et où a lieu le sommet ?",
        "Qui a gagné, et à quelle date ?",
        "When driving, what does it show?",
        "Pourquoi le procès s'est-il ouvert quand le maire est parti ?",
        "Que s'est-il passé quand le barrage a cédé ?",
        "Qu'est-ce qui a brûlé ?",
        "Combien de films concourent ?",
        "convention hanoï signature",
        "",
    ],
)
def test_what_is_not_sure_is_not_judged(question: str) -> None:
    assert type_check(question) is None
