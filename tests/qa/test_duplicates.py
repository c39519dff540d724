"""Near-duplicates: one place in the results, all cited, and nothing that differs is hidden."""

from __future__ import annotations

import re

import pytest

from qa.duplicates import Fingerprint, same_span
from qa.types import Answer, Passage, Span
from tests.qa.desk import Desk

STORM = (
    "La tempête a touché les côtes du Finistère dans la nuit de mardi à mercredi. Le préfet a fait évacuer "
    "douze campings. Selon la préfecture, 3 personnes sont mortes et une quatrième est portée disparue."
)


def near(one: str, other: str) -> bool:
    return Fingerprint.of(one).is_near(Fingerprint.of(other))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (STORM, True),
        (STORM.upper(), True),
        (STORM.replace("dans la nuit de", "la nuit de"), True),
        (STORM + " Des secours sont arrivés.", True),
        (STORM.replace("3 personnes", "5 personnes"), False),
        (STORM.replace("3 personnes", "des personnes"), False),
        (STORM.split(". ")[0] + ".", False),
        ("Le budget de l'État augmente.", False),
        ("", False),
    ],
)
def test_near_is_the_same_words_and_the_same_numbers(other: str, expected: bool):
    assert near(STORM, other) is expected
    assert near(other, STORM) is expected


def test_texts_too_short_for_shingles_are_near_when_equal():
    assert near("Hanoï (VNA)", "Hanoï, VNA")
    assert not near("Hanoï (VNA)", "Paris (AFP)")


def passage(text: str, identity: str = "p") -> Passage:
    return Passage(identity, "d", 1, 0, len(text), text)


def span_of(text: str, quote: str) -> Span:
    start = text.index(quote)
    return Span("p", start, start + len(quote), 1.0, 0.0)


def test_a_span_is_carried_to_the_copy_by_its_sentence():
    copy = passage("Brest. " + STORM.replace("a touché les", "a balayé les"), "copy")
    carried = same_span(span_of(STORM, "douze campings"), passage(STORM), copy)
    assert carried is not None
    assert copy.text[carried.start : carried.end] == "douze campings"
    assert carried.passage_id == "copy"


@pytest.mark.parametrize("copy", [STORM.replace("fait évacuer", "évacué"), STORM + " " + STORM])
def test_a_sentence_that_differs_or_stands_twice_is_not_cited(copy: str):
    assert same_span(span_of(STORM, "douze campings"), passage(STORM), passage(copy)) is None


@pytest.fixture
def resent(desk: Desk) -> Desk:
    desk.write("first.txt", STORM, date="2025-03-05")
    desk.write("again.txt", STORM, date="2025-03-06")
    desk.write("more.txt", STORM + " Des secours sont arrivés.", date="2025-03-07")
    desk.write("other.txt", STORM.replace("3 personnes", "5 personnes"), date="2025-03-08")
    desk.write("rain.txt", "La pluie tombe.")
    desk.run()
    return desk


def test_near_duplicates_take_one_place_the_newest_of_equals_first(resent: Desk):
    hits = resent.open().search(STORM, top_k=3)
    assert [h.dispatch.source for h in hits[:2]] == ["again.txt", "other.txt"]
    assert [d.source for _, d in hits[0].copies] == ["more.txt", "first.txt"]
    assert len(hits) == 3


def test_an_answer_cites_every_dispatch_that_says_it_word_for_word(resent: Desk):
    resent.reader.pattern = re.compile("douze campings")
    result = resent.open().ask(STORM, top_k=1).result
    assert isinstance(result, Answer)
    assert [c.source for c in result.citations] == ["again.txt", "more.txt", "first.txt"]
    for citation in result.citations:
        body = (resent.dispatches / citation.source).read_text(encoding="utf-8")
        assert body[citation.start : citation.end] == citation.quote == result.text
