"""Which dispatches have none of the names that a question asks about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.naming import names_asked, names_nowhere, speaking_of
from qa.types import Hit
from tests.qa.hand import make_hit


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Quand est prévue la signature de la Convention de Hanoï ?", ("hanoi",)),
        ("Que fait l'Iran ?", ("iran",)),
        ("Qui dirige la Banque de France et la Banque Tessel ?", ("france", "banque", "tessel")),
        ("Macron vient-il ?", ()),  # as every first word
        ("Que dit l'ONU au XIXe siècle ?", ()),
        ("Quelle Est La Date Du Sommet ?", ()),
        ("When does the Hanoi Convention open for signature?", ()),
        ("qui est le maire ?", ()),
    ],
)
def test_names_stand_inside_a_french_question(question: str, names: tuple[str, ...]) -> None:
    assert names_asked(question) == names


def hit(body: str, title: str = "", identity: str = "p") -> Hit:
    made = make_hit(body.split("\n")[0], identity)
    return replace(made, dispatch=replace(made.dispatch, id=identity, title=title, body=body))


@pytest.mark.parametrize(
    ("body", "title", "speaks"),
    [
        ("Il a rencontré Satoru Iwata.", "", True),
        ("Il est parti.", "Iwata quitte la scène", True),
        ("Il est parti.\n\nM. IWATA le suit.", "", True),
        ("Il a rencontré Iwhata.", "", True),  # misspelt
        ("Il a rencontré Kawasaki.", "", False),
        ("", "", False),
    ],
)
def test_one_name_anywhere_in_the_dispatch_is_enough(body: str, title: str, speaks: bool) -> None:
    found = speaking_of("Que fait Iwata chez Nintendo ?", [hit(body, title)])
    assert len(found) == speaks


def test_the_order_stays_and_without_names_nothing_is_left_out() -> None:
    hits = [hit("À Paris.", identity="a"), hit("À Rome.", identity="b"), hit("De Paris.", identity="c")]
    assert [h.dispatch.id for h in speaking_of("Que fait Paris ?", hits)] == ["a", "c"]
    assert speaking_of("Que fait-on ?", hits) == hits


def test_a_word_from_the_name_counts_and_one_that_only_begins_like_it_does_not() -> None:
    assert speaking_of("Que veut la Russie ?", [hit("Le gouvernement russe se tait.")])
    assert not speaking_of("Que veut Genève ?", [hit("Le directeur général se tait.")])


def test_the_names_that_no_dispatch_has_are_told_as_they_were_asked() -> None:
    question = "Quand l'Éthiopie et la Corée ont-elles signé ?"
    assert names_nowhere(question, [hit("À Paris.")]) == ("Éthiopie", "Corée")
    assert names_nowhere(question, [hit("À Paris."), hit("En Corée.", identity="q")]) == ()
    assert names_nowhere("Quand ont-elles signé ?", [hit("À Paris.")]) == ()
