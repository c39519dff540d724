"""Which spans a question leaves out before anything is weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.dates import PartialDate
from qa.fitting import fitting
from qa.types import Hit
from tests.qa.hand import make_hit, span_of

COUNT = "Combien de films concourent ?"


def left(question: str, text: str, *spans: str, published: str | None = "2025-05-16") -> list[str]:
    """Of the spans of a passage those that may answer."""
    hit = make_hit(text)
    day = PartialDate.parse(published) if published else None
    hit = replace(hit, dispatch=replace(hit.dispatch, published=day))
    found = fitting(question, [hit], [span_of(hit, words) for words in spans])
    return [text[s.start : s.end] for s in found]


@pytest.mark.parametrize(
    "question",
    [
        COUNT,
        "De quel montant est doté le fonds ?",
        "Quelle somme a été détournée ?",
        "How many films are there?",
        "Có bao nhiêu bộ phim?",
    ],
)
def test_a_count_has_a_number_that_is_no_rank_and_no_date(question: str) -> None:
    text = (
        "Le 31e festival montre dix-huit films dont 19 primés, depuis le 2 novembre 2024, une dizaine à Nice."
    )
    spans = ("Le 31e festival", "dix-huit films", "19", "le 2 novembre 2024", "une dizaine", "Nice")
    assert left(question, text, *spans) == ["dix-huit films", "19", "une dizaine"]


@pytest.mark.parametrize(
    "words", ["plusieurs films", "aucun film", "la moitié", "12 %", "1.150", "3,4 millions"]
)
def test_what_counts(words: str) -> None:
    assert left(COUNT, f"On y verra {words} à Nice.", words) == [words]


def test_how_long_may_be_said_without_a_number() -> None:
    text = "Il a régné jusqu'à sa mort."
    assert left("Combien de temps a-t-il régné ?", text, "jusqu'à sa mort") == ["jusqu'à sa mort"]


GONE_BY = "Le tribunal a renvoyé jeudi au 6 octobre le procès, qui devait s'ouvrir en mars."


@pytest.mark.parametrize(
    "question",
    [
        "Quand s'ouvrira le procès ?",
        "Pour quand le procès est-il prévu ?",
        "À quelle date le procès doit-il s'ouvrir ?",
        "When will the trial open?",
        "On which day is the trial scheduled to open?",
        "Khi nào phiên tòa sẽ mở?",
    ],
)
def test_what_is_still_to_come_has_no_time_gone_by(question: str) -> None:
    assert left(question, GONE_BY, "jeudi", "6 octobre", "en mars") == ["6 octobre"]


@pytest.mark.parametrize(
    "question",
    [
        "Quand le procès a-t-il été renvoyé ?",
        "Quand était prévue l'ouverture du procès ?",
        "Quand l'opéra a-t-il ouvert ?",
        "Quand le Sahara a-t-il été annexé ?",
        "Quand Sandra est-elle née ?",
        "Quand le procès a-t-il été renvoyé au 6 octobre ?",
        "Quand a été annoncé le prochain procès ?",
        "Quand a été votée la réforme prévue pour 2026 ?",
        "Quand le ministre a-t-il annoncé qu'il démissionnera ?",
        "Quand Will Smith a-t-il reçu son prix ?",
        "Pourquoi le procès s'ouvrira-t-il ?",
        "When was the trial put off?",
    ],
)
def test_of_anything_else_every_time_may_answer(question: str) -> None:
    times = [time for time in ("jeudi", "6 octobre", "en mars") if time not in question]
    assert left(question, GONE_BY, *times) == times


def test_in_the_month_of_publication_any_day_may_lie_ahead() -> None:
    question, text = "Quand aura lieu le vote ?", "Le vote a lieu le 19 mai, après celui d'avril 2025."
    assert left(question, text, "le 19 mai", "avril 2025", published="2025-05") == ["le 19 mai"]


@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        ("Le tribunal a annoncé vendredi le procès.", "vendredi", False),
        ("Le procès s'ouvre ce vendredi à Arvigny.", "ce vendredi", True),
        ("Le procès a lieu aujourd'hui à Arvigny.", "aujourd'hui", True),
        ("Le procès se tient du 10 au 20 mai.", "du 10 au 20 mai", True),
        ("Le procès s'ouvrira vendredi à Arvigny.", "vendredi", True),
        ("Le procès s'ouvrira en mai.", "en", False),
    ],
)
def test_on_the_day_of_publication_only_what_was_announced_is_over(text: str, words: str, kept: bool) -> None:
    assert left("Quand s'ouvrira le procès ?", text, words) == ([words] if kept else [])


def test_without_a_publication_date_nothing_has_gone_by() -> None:
    assert left("Quand s'ouvrira le procès ?", GONE_BY, "jeudi", published=None) == ["jeudi"]


def test_what_names_no_time_is_not_judged_by_it() -> None:
    text = "Le procès s'ouvrira après les fêtes."
    assert left("Quand s'ouvrira le procès ?", text, "après les fêtes") == ["après les fêtes"]


def test_a_time_is_asked_for_and_no_place() -> None:
    text = "Le sommet se tient mardi à Hanoï, à 9 heures."
    assert left("Quand se tient le sommet ?", text, "mardi", "Hanoï", "9 heures") == ["mardi", "9 heures"]
    assert left("À quelle heure se tient le sommet ?", text, "mardi", "9 heures") == ["9 heures"]
    assert left("Où se tient le sommet ?", text, "mardi", "Hanoï") == ["Hanoï"]


def test_so_many_of_each_passage_in_their_order() -> None:
    one, other = make_hit("3 4 x 5 6", "p1"), make_hit("7 8", "p2")
    hits: list[Hit] = [one, other]
    spans = [*(span_of(one, w) for w in "x6543"), *(span_of(other, w) for w in "87")]
    found = [(s.passage_id, s.start) for s in fitting(COUNT, hits, spans, a_passage=2)]
    assert found == [("p1", 8), ("p1", 6), ("p2", 2), ("p2", 0)]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Qui a révélé combien d'emplois seront supprimés ?", "le ministre"),
        ("Which minister said how many jobs will go?", "le ministre"),
        ("Combien de fois par semaine se réunissent-ils ?", "souvent"),
        ("Il y a combien d'années ?", "il y a trois ans"),
        ("Combien de jours ?", "deux jours"),
    ],
)
def test_what_is_not_only_a_count_needs_no_number(question: str, words: str) -> None:
    assert left(question, f"On dit {words} à Nice.", words) == [words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dozens of people were killed in the fire.", "Dozens"),
        ("Hundreds of thousands fled, and twenty stayed.", "twenty"),
        ("Có hai mươi người chết trong vụ cháy.", "hai mươi người"),
        ("Environ 1500 personnes ont manifesté.", "1500"),
    ],
)
def test_counts_in_other_languages_and_counts_like_years(text: str, words: str) -> None:
    assert left("Combien de personnes ?", text, words) == [words]


@pytest.mark.parametrize(
    "question",
    ["Quel âge a le maire ?", "How old is he?", "Quelle est la longueur du pont ?", "À quelle vitesse ?"],
)
def test_an_age_and_a_measure_have_a_number(question: str) -> None:
    assert left(question, "Le vietnamien compte 45 de plus.", "vietnamien", "45") == ["45"]


def test_the_questions_own_words_answer_nothing() -> None:
    text = "La centrale du Vietnam ouvrira au Vietnam, à Ninh Thuan."
    assert left("Où la centrale du Vietnam ouvrira-t-elle ?", text, "au Vietnam", "Ninh Thuan") == [
        "Ninh Thuan"
    ]
    # Of what is offered for choice one is the answer; so is a word of a question that asks whether.
    choice = "Ouvrira-t-elle au Vietnam ou à Paris ? Que dit-on ?"
    assert left(choice, text, "au Vietnam") == ["au Vietnam"]
    assert left("La centrale du Vietnam ouvrira-t-elle ?", text, "au Vietnam") == ["au Vietnam"]


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("Où s'est tenue la 33e session ?", []),
        ("Où s'est tenue la 34e session ?", ["Vienne"]),
        ("Where was the 33rd session held?", []),
        ("Où s'est tenu le 15e congrès ?", ["Vienne"]),
        ("Où s'est tenue la session ?", ["Vienne"]),
    ],
)
def test_another_session_than_the_one_asked_about_answers_nothing(question: str, kept: list[str]) -> None:
    assert left(question, "La 34e session s'est tenue à Vienne.", "Vienne") == kept
