"""Near-duplicates: one place in the results, all cited, and nothing that differs is hidden."""

from __future__ import annotations

import re

import pytest

from qa.duplicates import fingerprint, same_span
from qa.types import Answer, Passage, Span
from tests.qa.desk import Desk

STORM = (
    "La tempête a touché les côtes du Finistère dans la nuit de mardi à mercredi. Le préfet a fait évacuer "
    "douze campings. Selon la préfecture, 3 personnes sont mortes et une quatrième est portée disparue."
)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (STORM, True),
        (STORM.upper(), True),
        (STORM.replace("'", "’").replace(". ", ".\xa0"), True),
        (STORM.replace("dans la nuit de", "la nuit de"), False),
        (STORM + " Des secours sont arrivés.", False),
        (STORM.replace("3 personnes", "5 personnes"), False),
        (STORM.replace("douze", "treize"), False),
        (STORM.replace("Le préfet a", "Le préfet n'a pas"), False),
        (STORM.split(". ")[0] + ".", False),
        ("", False),
    ],
)
def test_duplicates_have_the_same_words_and_figures(other: str, expected: bool):
    assert (fingerprint(STORM) == fingerprint(other)) is expected


@pytest.mark.parametrize(
    ("one", "other"), [("+2,5 %", "-2,5 %"), ("2,5 %", "25 %"), ("1,5", "1.5"), ("10 %", "10")]
)
def test_figures_that_differ_in_a_sign_are_two(one: str, other: str):
    assert fingerprint(f"Le PIB varie de {one} en mai.") != fingerprint(f"Le PIB varie de {other} en mai.")


def passage(text: str, identity: str = "p") -> Passage:
    return Passage(identity, "d", 1, 0, len(text), text)


def span_of(text: str, quote: str) -> Span:
    start = text.index(quote)
    return Span("p", start, start + len(quote), 1.0, 0.0)


def test_a_span_is_carried_to_the_copy_by_its_sentence():
    copy = passage(STORM.replace("Finistère", "FINISTÈRE ").replace("sont mortes", "sont  mortes"), "copy")
    carried = same_span(span_of(STORM, "douze campings"), passage(STORM), copy)
    assert carried is not None
    assert copy.text[carried.start : carried.end] == "douze campings"
    assert carried.passage_id == "copy"


@pytest.mark.parametrize(
    "copy",
    [
        STORM.replace("fait évacuer", "évacué"),
        STORM + " " + STORM,
        STORM.replace("Le préfet", "Le porte-parole a démenti que Le préfet"),
    ],
)
def test_a_sentence_that_differs_or_stands_twice_is_not_cited(copy: str):
    assert same_span(span_of(STORM, "douze campings"), passage(STORM), passage(copy)) is None


@pytest.fixture
def resent(desk: Desk) -> Desk:
    desk.write("first.txt", STORM, date="2025-03-05")
    desk.write("again.txt", STORM, date="2025-03-06")
    desk.write("more.txt", STORM.replace("La tempête", "LA TEMPÊTE"), date="2025-03-07")
    desk.write("longer.txt", STORM + " Des secours sont arrivés.", date="2025-03-09")
    desk.write("other.txt", STORM.replace("3 personnes", "5 personnes"), date="2025-03-08")
    desk.write("rain.txt", "La pluie tombe.")
    desk.run()
    return desk


def test_near_duplicates_take_one_place_the_newest_of_equals_first(resent: Desk):
    first, *others = resent.open().search(STORM, top_k=3)
    assert first.dispatch.source in ("again.txt", "more.txt")
    assert {d.source for _, d in (*first.copies, (None, first.dispatch))} == {
        "first.txt", "again.txt", "more.txt",
    }  # fmt: skip
    assert {h.dispatch.source for h in others} == {"other.txt", "longer.txt"}


def test_enough_that_differ_are_found_behind_a_dispatch_sent_many_times(desk: Desk):
    for n in range(120):
        desk.write(f"same{n}.txt", STORM, date="2025-03-05")
    for n in range(20):
        desk.write(f"other{n}.txt", f"La pluie numéro {n} est tombée.")
    desk.run()
    hits = desk.open().search(STORM, top_k=10)
    assert len(hits) == 10
    assert len({h.passage.text for h in hits}) == 10


def test_an_answer_cites_every_dispatch_that_says_it_word_for_word(resent: Desk):
    resent.reader.pattern = re.compile("douze campings")
    result = resent.open().ask(STORM, top_k=1).result
    assert isinstance(result, Answer)
    everywhere = [*result.citations, *(told.citation for told in result.history)]
    assert result.citations[0].source == "longer.txt"  # the newest
    assert sorted({c.source for c in everywhere} - {"other.txt"}) == [
        "again.txt", "first.txt", "longer.txt", "more.txt",
    ]  # fmt: skip
    assert len({(c.source, c.start) for c in everywhere}) == len(everywhere)
    assert len(result.citations) == 3
    for citation in everywhere:
        body = (resent.dispatches / citation.source).read_text(encoding="utf-8")
        assert body[citation.start : citation.end] == citation.quote == result.text
