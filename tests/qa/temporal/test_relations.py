"""What a newer answer does to an older one."""

from __future__ import annotations

import pytest

from qa.dates import PartialDate
from qa.temporal.expressions import find
from qa.temporal.publication import completed
from qa.temporal.quantities import OF_THE_CLOCK, Quantity, hour_of, quantities, quantity_at
from qa.temporal.questions import question_time
from qa.temporal.relations import Claim, corrects, relation
from qa.temporal.statements import tells_days

P = PartialDate.parse


def quantity(text: str) -> Quantity | None:
    return quantity_at(text, 0, len(text))


def time_of(text: str, published: str, *, correcting: bool = False) -> Claim:
    said = P(published)
    found = find(text, said)[0]
    days, hour = tells_days(found.text), hour_of(text)
    return Claim(text, found.value, corrects=correcting, said=said.first, days=days, hour=hour)


def count(text: str, *, correcting: bool = False) -> Claim:
    return Claim(text, quantity=quantity(text), corrects=correcting)


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (time_of("les 25 et 26 octobre 2025", "2025-05"), time_of("cette année", "2025-03"), "refined"),
        (time_of("en octobre prochain", "2025-05"), time_of("octobre 2025", "2025-03"), "same"),
        (time_of("cette année", "2025-06"), time_of("le 25 octobre 2025", "2025-05"), "same"),
        (time_of("le 3 juin", "2025-05"), time_of("le 5 juin", "2025-04"), "contradicted"),
        (time_of("le 3 juin", "2025-05", correcting=True), time_of("le 5 juin", "2025-04"), "superseded"),
        (time_of("du 13 au 20 juin", "2025-05"), time_of("du 12 au 19 juin", "2025-05"), "contradicted"),
        (
            time_of("du 18 au 20 juillet", "2025-06"),
            time_of("du 16 au 20 juillet", "2025-04"),
            "contradicted",
        ),
        (
            time_of("les 16 et 17 juillet", "2025-06"),
            time_of("du 16 au 20 juillet", "2025-04"),
            "contradicted",
        ),
        # A part of it: the competition of a festival.
        (time_of("du 17 au 19 juillet", "2025-06"), time_of("du 16 au 20 juillet", "2025-04"), "refined"),
        # Looking back, "jusqu'en" sets no term.
        (time_of("de 2001 à 2014", "2025-04"), time_of("jusqu'en 2014", "2025-02"), "refined"),
        (
            time_of("du 18 au 20 juillet", "2025-06"),
            time_of("entre le 16 et le 20 juillet", "2025-04"),
            "refined",
        ),
        (time_of("le 3 juin à 16h52", "2025-05-30"), time_of("le 3 juin", "2025-05-28"), "refined"),
        (time_of("le 3 juin à 16h52", "2025-05-30"), time_of("le 3 juin au soir", "2025-05-28"), "refined"),
        (time_of("le 3 juin", "2025-05-30"), time_of("le 3 juin à 16h52", "2025-05-28"), "same"),
        (
            time_of("le 3 juin à 18h", "2025-05-30"),
            time_of("le 3 juin à 16h52", "2025-05-28"),
            "contradicted",
        ),
        (
            time_of("le 3 juin à 20h", "2025-05-30"),
            time_of("le 3 juin au matin", "2025-05-28"),
            "contradicted",
        ),
        (time_of("le 3 décembre", "2025-06"), time_of("avant la fin de l'année", "2025-05"), "refined"),
        (time_of("avant la fin de l'année", "2025-05"), time_of("le 3 avril", "2025-04"), "contradicted"),
        (count("13 blessés"), count("une dizaine de blessés"), "refined"),
        (count("112 millions d'euros"), count("plus de 100 millions d'euros"), "refined"),
        (count("8 blessés"), count("au moins cinq blessés"), "refined"),
        (count("5 morts"), count("3 morts"), "contradicted"),
        (count("5 morts", correcting=True), count("3 morts"), "superseded"),
        (count("1.000 soldats"), count("1 000 soldats"), "same"),
        (Claim("Bastien Kerouédan"), Claim("M. Kerouédan"), "refined"),
        (Claim("Mme Durand"), Claim("Claire Durand"), "same"),
        (Claim("Hanoï"), Claim("Da Nang"), "contradicted"),
        (time_of("depuis 2012", "2025-05"), time_of("depuis 2015", "2025-03"), "contradicted"),
    ],
)
def test_relations(newer: Claim, older: Claim, expected: str):
    assert relation(newer, older) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("RECTIFICATIF : la date du sommet", True),
        ("La cérémonie est reportée au 3 juin.", True),
        ("Le tribunal a renvoyé au 6 octobre le procès.", True),
        ("du 13 au 20 juin, et non du 12 au 19", True),
        ("La cérémonie aura lieu le 3 juin.", False),
        ("Un reporter a vu la scène.", False),
    ],
)
def test_a_correction_is_recognised(text: str, says: bool):
    assert corrects(text) is says


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("42,5 millions de dollars", 42.5e6, 42.5e6, "dollar"),
        ("Près de 200.000 habitants", 150_000, 200_000, "habitant"),
        ("dépassera les deux millions d'euros", 2e6, 3e6, "€"),
        ("plus d’une centaine de cas", 100, 150, "ca"),
        ("un coût supérieur à 30 euros", 30, 45, "€"),
        ("dépasse de 20 %", 20, 20, "%"),
        ("avoisine les 40 degrés", 36, 44, "degré"),
        ("a dépassé la barre des 1.000 morts", 1000, 1500, "mort"),
        ("ne doit pas dépasser 30 jours", 15, 30, "jour"),
        ("pas plus de 10 cas", 5, 10, "ca"),
        ("Plus\nde 300 morts", 300, 450, "mort"),
        ("à 8 heures du matin", 480, 480, OF_THE_CLOCK),
        ("de l'ordre de 40 %", 36, 44, "%"),
        ("Dix-huit films", 18, 18, "film"),
        ("plusieurs dizaines de blessés", 20, 99, "blessé"),
        ("3,4 millions d'euros", 3.4e6, 3.4e6, "€"),
        ("vingt-deux morts", 22, 22, "mort"),
        ("3 nouveaux cas", 3, 3, "ca"),
        ("à 3h40", 220, 220, OF_THE_CLOCK),
        ("vers 3 h 15", 185, 205, OF_THE_CLOCK),
        ("à 18 heures 30", 1110, 1110, OF_THE_CLOCK),
        ("à midi", 720, 720, OF_THE_CLOCK),
        ("300 manifestants à 18h", 300, 300, "manifestant"),
        ("Voilà 12 heures que", 12, 12, "heure"),
        ("à 3 heures 45.000 personnes", 3, 3, "heure"),
        ("à 24 heures du départ", 24, 24, "heure"),
        ("après 18 heures de débat", 18, 18, "heure"),
        ("120 km/h", 120, 120, "km"),
    ],
)
def test_quantities(text: str, low: float, high: float, unit: str):
    found = quantity(text)
    assert found is not None
    assert (found.low, found.high, found.unit) == (pytest.approx(low), pytest.approx(high), unit)


def test_a_verb_bounds_a_count_and_is_no_part_of_it():
    text = "La facture avoisine 300 euros."
    (((start, end), found),) = quantities(text)
    assert (text[start:end], found.low) == ("300 euros", pytest.approx(270))


@pytest.mark.parametrize(
    "text",
    [
        "la 31e édition",
        "beaucoup",
        "un ministre",
        "1.2 milliard",
        "3 à 5 blessés",
        "à Midi Libre",
        "de 8h00 à 18h00",
        "à 16h30 GMT",
    ],
)
def test_what_counts_nothing(text: str):
    assert quantity(text) is None


@pytest.mark.parametrize(
    ("published", "body", "expected"),
    [
        ("2025-03", "mercredi 19 mars, l'ambassadeur a déclaré", "2025-03-19"),
        ("2025-03", "jeudi 19 mars", "2025-03"),  # it was a Wednesday
        ("2025-03", "mercredi 19 mars 2024", "2025-03"),
        ("2025-05", "mercredi 19 mars", "2025-05"),
        ("2025-05", "Le 19 mai, une délégation", "2025-05"),  # no weekday to check it by
        ("2025-03-20", "mercredi 19 mars", "2025-03-20"),
        ("2025", "mercredi 19 mars", "2025"),
    ],
)
def test_a_month_is_completed_by_a_weekday_that_agrees(published: str, body: str, expected: str):
    assert str(completed(P(published), body)) == expected


@pytest.mark.parametrize(
    ("question", "value", "role"),
    [
        ("Qu'a signé le ministre en mars 2025 ?", "2025-03", "event"),
        ("Que disaient les dépêches de mai 2025 ?", "2025-05", "publication"),
        ("Quel budget pour 2026 ?", "2026", "unsure"),
        ("What happened last week?", "2025-05-12/2025-05-18", "event"),
        ("Chuyện gì xảy ra năm ngoái?", "2024", "event"),
        ("Qu'a publié l'institut en 2024 ?", "2024", "event"),
        ("Que s'est-il passé à Đà Nẵng en mars 2025 ?", "2025-03", "event"),
        ("Who visited Hà Nội last week?", "2025-05-12/2025-05-18", "unsure"),
    ],
)
def test_the_period_of_a_question(question: str, value: str, role: str):
    found = question_time(question, P("2025-05-21").first)
    assert found is not None
    assert (str(found.interval), found.role) == (value, role)
    assert question[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "question", ["Qui préside l'ONU ?", "Who will march?", "Depuis combien de temps dure-t-il ?", "Khi nào?"]
)
def test_a_question_without_a_period(question: str):
    assert question_time(question, P("2025-05-21").first) is None
