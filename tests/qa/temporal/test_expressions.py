"""Time expressions: found whole, resolved against the dispatch, durations told apart from dates."""

from __future__ import annotations

import pytest

from qa.dates import PartialDate
from qa.temporal.expressions import find

WEDNESDAY = "2025-05-21"


def dates(text: str, published: str = WEDNESDAY, language: str = "fr") -> list[tuple[str, str | None]]:
    found = find(text, PartialDate.parse(published), language)
    return [(e.text, str(e.value) if e.value else None) for e in found if e.kind == "date"]


FRENCH = [
    ("le 19 mai, une délégation a participé", "le 19 mai", "2025-05-19"),
    ("prévue les 25 et 26 octobre 2025.", "les 25 et 26 octobre 2025", "2025-10-25/2025-10-26"),
    ("du 3 au 5 juin", "du 3 au 5 juin", "2025-06-03/2025-06-05"),
    ("du 30 mai au 2 juin", "du 30 mai au 2 juin", "2025-05-30/2025-06-02"),
    ("du 28 mai 2019 au 3 mai 2020", "du 28 mai 2019 au 3 mai 2020", "2019-05-28/2020-05-03"),
    ("le 1er juin 2019", "le 1er juin 2019", "2019-06-01"),
    ("fin 2024", "fin 2024", "2024-10/2024-12"),
    ("à la mi-mai", "à la mi-mai", "2025-05-11/2025-05-20"),
    ("au premier semestre", "au premier semestre", "2025-01/2025-06"),
    ("au troisième trimestre 2019", "au troisième trimestre 2019", "2019-07/2019-09"),
    ("hier", "hier", "2025-05-20"),
    ("ce mercredi", "ce mercredi", "2025-05-21"),
    ("lundi dernier", "lundi dernier", "2025-05-19"),
    ("Il viendra lundi.", "lundi", "2025-05-26"),
    ("Il est venu lundi.", "lundi", "2025-05-19"),
    ("mercredi prochain", "mercredi prochain", "2025-05-28"),
    ("dans la nuit de samedi à dimanche", "dans la nuit de samedi à dimanche", "2025-05-17/2025-05-18"),
    ("cette année", "cette année", "2025"),
    ("l'an dernier", "l'an dernier", "2024"),
    ("en octobre prochain", "en octobre prochain", "2025-10"),
    ("il y a trois ans", "il y a trois ans", "2022"),
    ("il y a une dizaine d'années", "il y a une dizaine d'années", "2015"),
    ("dans dix jours", "dans dix jours", "2025-05-31"),
    ("d’ici la fin de l’année", "d’ici la fin de l’année", "../2025-12"),
    ("depuis 2015", "depuis 2015", "2015/.."),
    ("jusqu'au 3 mai", "jusqu'au 3 mai", "../2025-05-03"),
    ("la semaine dernière", "la semaine dernière", "2025-05-12/2025-05-18"),
    ("entre 2010 et 2014", "entre 2010 et 2014", "2010/2014"),
    ("de mars à juin 2019", "de mars à juin 2019", "2019-03/2019-06"),
    ("entre l'été 2016 et novembre 2016", "entre l'été 2016 et novembre 2016", "2016-06/2016-11"),
    ("dans la seconde quinzaine de juin", "dans la seconde quinzaine de juin", "2025-06-16/2025-06-30"),
    ("avant la première semaine de juin", "avant la première semaine de juin", "../2025-06-07"),
    ("la dernière semaine de mai 2019", "la dernière semaine de mai 2019", "2019-05-25/2019-05-31"),
    ("la dernière quinzaine de février", "la dernière quinzaine de février", "2025-02-16/2025-02-28"),
    ("fin mars prochain", "fin mars prochain", "2026-03-21/2026-03-31"),
    ("d'ici l'hiver", "d'ici l'hiver", "../2026-02"),
    ("d'ici l'été 2027", "d'ici l'été 2027", "../2027-08"),
    ("d'ici mars", "d'ici mars", "../2026-03"),
    ("depuis l'automne", "depuis l'automne", "2024-09/.."),
    ("Les combats continuent depuis juillet", "depuis juillet", "2024-07/.."),
    ("d'ici au premier trimestre", "d'ici au premier trimestre", "../2026-03"),
    ("d'ici la mi-mai", "d'ici la mi-mai", "../2026-05-20"),
    ("fermé depuis mars", "depuis mars", "2025-03/.."),
    ("à partir de l'été", "à partir de l'été", "2025-06/.."),
    ("dans les années 1990", "dans les années 1990", "1990/1999"),
    ("au XIXe siècle", "au XIXe siècle", "1801/1900"),
    ("daté du IIIe siècle avant J.-C., dit-on", "du IIIe siècle avant J.-C.", None),
    ("vers le 2e siècle av. notre ère", "le 2e siècle av. notre ère", None),
    ("le 15 mars 44 av. J.-C.", "le 15 mars 44 av. J.-C.", None),
    ("en 2010 avant JC Decaux", "en 2010", "2010"),
    ("contrairement à ce que nous avions indiqué lundi, la ligne comptera", "lundi", "2025-05-19"),
    ("ces trois dernières années", "ces trois dernières années", "2022/2025"),
    ("l'hiver 2019", "l'hiver 2019", "2018-12/2019-02"),
    ("2025-05-19", "2025-05-19", "2025-05-19"),
    ("en juin dernier", "en juin dernier", "2024-06"),
    ("le 3 mars prochain", "le 3 mars prochain", "2026-03-03"),
    ("dec 2024", "dec 2024", "2024-12"),
    ("du 3 juin 2019 au 5 juillet", "du 3 juin 2019 au 5 juillet", "2019-06-03/2019-07-05"),
    ("entre novembre 2019 et mars", "entre novembre 2019 et mars", "2019-11/2020-03"),
    ("l'hiver 2024-2025", "l'hiver 2024-2025", "2024-12/2025-02"),
    ("il y a vingt et un ans", "il y a vingt et un ans", "2004"),
    ("19/05/2025", "19/05/2025", "2025-05-19"),
]  # fmt: skip


def test_both_ends_of_a_range_are_before_our_era():
    found = dates("du Ve siècle au IIe siècle avant J.-C.")
    assert found == [("du Ve siècle", None), ("au IIe siècle avant J.-C.", None)]


@pytest.mark.parametrize(("text", "words", "value"), FRENCH)
def test_french(text: str, words: str, value: str):
    assert dates(text) == [(words, value)]


@pytest.mark.parametrize(
    ("text", "language", "words", "value"),
    [
        ("signed in October 2025?", "en", "in October 2025", "2025-10"),
        ("on May 19, 2025", "en", "on May 19, 2025", "2025-05-19"),
        ("What may happen last week", "en", "last week", "2025-05-12/2025-05-18"),
        ("by 2030", "en", "by 2030", "../2030"),
        ("ngày 25 và 26 tháng 10 năm 2025", "vi", "ngày 25 và 26 tháng 10 năm 2025", "2025-10-25/2025-10-26"),
        ("năm ngoái", "vi", "năm ngoái", "2024"),
    ],
)
def test_questions_in_other_languages(text: str, language: str, words: str, value: str):
    assert dates(text, language=language) == [(words, value)]


@pytest.mark.parametrize(
    "text",
    [
        "premier instrument en plus de 20 ans",
        "tous les lundis",
        "une peine de deux mois",
        "2000 euros et 2 000 personnes",
        "le Journal du dimanche",
        "la planète Mars",
        "cette année-là",
        "il y a quelques jours",
    ],
)
def test_what_is_no_date(text: str):
    assert dates(text) == []


def test_a_day_that_the_calendar_lacks_has_no_value():
    assert dates("le 31 février 2020") == [("le 31 février 2020", None)]


def test_durations_and_frequencies_are_told_apart():
    found = find("pendant trois jours, deux fois par an", PartialDate.parse(WEDNESDAY))
    assert [(e.text, e.kind, e.value) for e in found] == [
        ("pendant trois jours", "duration", None),
        ("deux fois par an", "frequency", None),
    ]


def test_a_day_takes_the_year_nearest_in_the_direction_of_the_verb():
    assert dates("Le procès, qui s'ouvrira le 13 février,", "2019-01-10")[0][1] == "2019-02-13"
    assert dates("Elle est morte le 30 novembre.", "2019-01-10")[0][1] == "2018-11-30"
    # Next week's, though the verb is past: a year away is less likely.
    assert dates("a été reporté au 29 mars", "2019-03-20")[0][1] == "2019-03-29"


def test_the_day_before_counts_from_the_day_spoken_of():
    assert dates("Il est mort mardi. La veille, il travaillait.")[1] == ("La veille", "2025-05-19")


def test_a_month_is_enough_for_months_and_not_for_days():
    assert dates("en octobre prochain", "2025-05") == [("en octobre prochain", "2025-10")]
    assert dates("hier", "2025-05") == [("hier", None)]


def test_the_source_of_a_value_is_told_where_it_was_needed():
    absolute, relative = find("le 3 mai 2024 et cette année", PartialDate.parse("2025-05"))
    assert absolute.resolved_from is None
    assert str(relative.resolved_from) == "2025-05"


def test_offsets_are_the_words():
    text = "  Prévue à Hanoï cette année, elle a été reportée au 3 juin 2026."
    assert all(text[e.start : e.end] == e.text for e in find(text, PartialDate.parse("2025")))


@pytest.mark.parametrize(
    "text", ["", "0", "31 31 31", "en 9999", "lundi " * 200, "l'an 1000 du 1er au", "XXXXe siècle"]
)
@pytest.mark.parametrize("published", [None, "0001", "9998-12-31", "2025-02-28"])
@pytest.mark.parametrize("language", ["fr", "en", "vi"])
def test_nothing_breaks_it(text: str, published: str | None, language: str):
    find(text, PartialDate.parse(published) if published else None, language)


def test_depuis_says_nothing_of_other_times():
    text = "Suspendue depuis février, la ligne reprend le 24 mars."
    assert dates(text, "2024-10-08")[1][1] == "2025-03-24"
