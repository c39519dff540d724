"""Spans of all passages to ranked, different answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.candidates import Group, gather, promising, rank, same_words
from qa.confidence import Evidence
from qa.types import Hit, Span
from tests.qa.hand import judging, make_hit, span_of

MARGIN = judging(Evidence(1.0, 0.0, 0.0, 0.0, 0.0))
MIXED = judging(Evidence(1.0, 10.0, 5.0, 2.0, -4.0))

Found = tuple[Hit, Span, Evidence]


def found(text: str, words: str, margin: float, identity: str = "p1") -> Found:
    hit = make_hit(text, identity)
    return hit, span_of(hit, words, margin), Evidence(margin, 0.0, 0.0, 0.0, 0.0)


def texts(groups: Sequence[Group]) -> list[list[str]]:
    return [[m.text for m in g.members] for g in groups]


def test_evidence_is_of_the_span_its_sentence_and_its_passage() -> None:
    first = make_hit("Il vit à Hanoï. Elle vit à Vienne. Fin.", "p1", score=0.25, cosine=0.875)
    second = make_hit("Une légende.", "p2", score=0.5, cosine=0.75, kind="caption")
    spans = [span_of(second, "légende", -2.0), span_of(first, "Vienne", 3.0), span_of(first, "Hanoï", 1.0)]
    compared: list[str] = []

    def cosines(sentences: Sequence[str]) -> list[float]:
        compared.extend(sentences)
        return [0.5, 0.75, 1.0]

    gathered = gather([first, second], spans, cosines, floor=0.5)
    assert compared == ["Une légende.", "Elle vit à Vienne.", "Il vit à Hanoï."]
    assert gathered == [
        (second, spans[0], Evidence(-2.0, 0.0, 0.5, 0.5, 1.0)),
        (first, spans[1], Evidence(3.0, 0.5, 0.75, 0.25, 0.0)),
        (first, spans[2], Evidence(1.0, 1.0, 0.75, 0.25, 0.0)),
    ]


def test_no_spans_no_candidates() -> None:
    assert gather([make_hit("Un texte.")], [], lambda sentences: [], 0.0) == []
    assert rank([], MARGIN) == []


def test_a_cosine_for_each_span_or_an_error() -> None:
    hit = make_hit("Un texte.")
    with pytest.raises(ValueError, match="zip"):
        gather([hit], [span_of(hit, "texte")], lambda sentences: [], 0.0)


def test_the_joint_score_orders_not_the_margin() -> None:
    near, far, caption = make_hit("À Hanoï.", "p1"), make_hit("À Vienne.", "p2"), make_hit("À Paris.", "p3")
    groups = rank(
        [
            (far, span_of(far, "Vienne"), Evidence(6.0, 0.1, 0.1, 0.0, 0.0)),
            (near, span_of(near, "Hanoï"), Evidence(1.0, 0.9, 0.8, 0.5, 0.0)),
            (caption, span_of(caption, "Paris"), Evidence(1.0, 0.9, 0.8, 0.5, 1.0)),
        ],
        MIXED,
    )
    assert texts(groups) == [["Hanoï"], ["Paris"], ["Vienne"]]
    assert [g.best.joint for g in groups] == pytest.approx([15.0, 11.0, 7.5])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hanoï", "HANOI"),
        ("l’ONU", "ONU"),
        ("l'O.N.U", "l’ONU"),
        ("1 000", "1\u202f000"),
        ("vice-ministre", "vice ministre"),
        ("Vu Lê Thai Hoàng", "Vu Le Thai Hoang"),
        ("« Oui »", "oui"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_places_that_say_the_same_are_one_answer(one: str, other: str) -> None:
    groups = rank([found(f"X {one} y.", one, 2.0, "p1"), found(f"X {other} y.", other, 3.0, "p2")], MARGIN)
    assert texts(groups) == [[other, one]]


@pytest.mark.parametrize(
    ("one", "other"),
    [("25 octobre", "26 octobre"), ("Hanoï", "à Hanoï"), ("été", "étés"), ("non", "pas non")],
)
def test_other_words_are_another_answer(one: str, other: str) -> None:
    assert len(rank([found(one, one, 2.0, "p1"), found(other, other, 3.0, "p2")], MARGIN)) == 2


def test_the_lead_is_over_the_best_different_answer() -> None:
    candidates = [
        found("À Hanoï.", "Hanoï", 5.0, "p1"),
        found("À Hanoi.", "Hanoi", 4.5, "p2"),
        found("À Vienne.", "Vienne", 3.0, "p3"),
        found("À Paris.", "Paris", -1.0, "p4"),
    ]
    groups = rank(candidates, MARGIN)
    assert texts(groups) == [["Hanoï", "Hanoi"], ["Vienne"], ["Paris"]]
    assert [g.lead for g in groups] == [2.0, -2.0, -6.0]


@pytest.mark.parametrize(
    ("best", "second", "lead"),
    [
        ("Bastien Kerouédan", "M. Kerouédan", 4.0),
        ("le 25 octobre 2025", "en octobre 2025", 4.0),
        ("112 délégations", "une centaine de délégations", 4.0),
        ("Bastien Kerouédan", "Paul Martin", 1.0),
        ("le 25 octobre 2025", "en mai 2025", 1.0),
        ("112 délégations", "un budget de 112 euros", 1.0),
    ],
)
def test_an_answer_that_agrees_is_no_rival(best: str, second: str, lead: float) -> None:
    candidates = [
        found(f"X {best}.", best, 5.0, "p1"),
        found(f"X {second}.", second, 4.0, "p2"),
        found("X Vienne.", "Vienne", 1.0, "p3"),
    ]
    groups = rank(candidates, MARGIN)
    assert [g.lead for g in groups] == [lead, -1.0, -4.0]


def test_a_lone_answer_leads_without_bound() -> None:
    groups = rank([found("À Hanoï.", "Hanoï", 5.0, "p1"), found("À Hanoi.", "Hanoi", 4.5, "p2")], MARGIN)
    assert [g.lead for g in groups] == [float("inf")]


def test_equal_scores_are_ordered_by_passage_and_place_whatever_the_order_given() -> None:
    hit = make_hit("Paris ou Vienne.", "p1")
    same = Evidence(2.0, 0.0, 0.0, 0.0, 0.0)
    candidates: list[Found] = [
        (hit, span_of(hit, "Vienne"), same),
        (hit, span_of(hit, "Paris"), same),
        found("Hanoï.", "Hanoï", 2.0, "p0"),
    ]
    for order in (candidates, candidates[::-1]):
        groups = rank(order, MARGIN)
        assert texts(groups) == [["Hanoï"], ["Paris"], ["Vienne"]]
        assert [g.lead for g in groups] == [0.0, 0.0, 0.0]


def test_an_answer_with_and_without_its_article_is_the_same():
    assert (
        same_words("les 25 et 26 octobre")
        == same_words("25 et 26 octobre")
        == same_words("Les 25 et 26 octobre.")
    )
    assert same_words("La") == same_words("la") != same_words("le")


def test_the_spans_weighed_are_the_best_by_margin_and_passage() -> None:
    near, far = (
        make_hit("un deux trois quatre", "near", score=0.9),
        make_hit("cinq six sept huit", "far", score=0.1),
    )
    margins = {"un": 1.0, "deux": 2.0, "trois": 3.0, "quatre": -9.0}
    others = {"cinq": 1.0, "six": 9.0, "sept": 3.0, "huit": 2.0}
    spans = [
        *(span_of(near, words, margin) for words, margin in margins.items()),
        *(span_of(far, words, margin) for words, margin in others.items()),
    ]
    calibration = judging(Evidence(1.0, 0.0, 0.0, 5.0, 0.0))
    kept = promising([near, far], spans, 0.0, calibration)
    hits = {"near": near, "far": far}
    said = [hits[s.passage_id].passage.text[s.start : s.end] for s in kept]
    assert said == ["six", "trois", "deux", "un", "sept", "huit"]
