"""Replies as the contract's JSON and as lines for a terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from qa.citing import cite
from qa.dates import PartialDate
from qa.messages import use
from qa.presenting import (
    citation_json,
    date_in_words,
    hit_json,
    hit_lines,
    reply_json,
    reply_lines,
    report_json,
    report_lines,
    status_json,
    status_lines,
)
from qa.types import Abstention, Answer, Candidate, Failure, IndexReport, IndexStatus, Reply
from tests.qa.hand import make_hit, span_of

TEXT = "La signature est prévue\n les 25 et 26 octobre 2025, à Hanoï."
HIT = make_hit(TEXT, before="Avant.\n\n", score=0.031249)
DATE = cite(HIT, span_of(HIT, "les 25 et 26 octobre 2025"))
PLACE = cite(HIT, span_of(HIT, "Hanoï"))
OTHER = Candidate("Hanoï", 0.412345, PLACE)
TIMINGS = {"embed": 4.0, "retrieve": 2.5, "read": 40.0, "total": 47.1}
ANSWERED = Reply("Quand ?", Answer(DATE.quote, 0.974999, (DATE,), (OTHER,)), (HIT,), TIMINGS)
WITHHELD = Reply("Qui ?", Abstention("below_threshold", 0.8, (OTHER,)), (HIT,) * 5, TIMINGS)
NOTHING = Reply("Qui ?", Abstention("empty_index", 1.0), (), TIMINGS)
STATUS = IndexStatus("/x/index", 2, 18, "2025-03", "2025-05", "e5@1 (384)", "reader", 2_345_678, healthy=True)
REPORT = IndexReport(2, 1, 3, 0, 7, (Failure("/x/a.txt", "fichier vide"),), 1.2345)

REPLY_KEYS = {
    "question", "answer", "confidence", "reason", "citations", "alternatives", "passages", "timings_ms",
    "answer_time", "history", "question_time",
}  # fmt: skip
CITATION_KEYS = {"dispatch", "source", "title", "date", "paragraph", "start", "end", "quote", "text"}
PASSAGE_KEYS = {"source", "paragraph", "score", "text"}


@pytest.mark.parametrize("reply", [ANSWERED, WITHHELD, NOTHING])
def test_the_contract_of_a_reply(reply: Reply) -> None:
    """Design, section 3: keys may be added, none may go."""
    values: dict[str, Any] = json.loads(json.dumps(reply_json(reply), ensure_ascii=False, allow_nan=False))
    assert set(values) == REPLY_KEYS
    assert set(values["timings_ms"]) == {"embed", "retrieve", "read", "total"}
    citations = values["citations"] + [a["citation"] for a in values["alternatives"]]
    assert all(set(c) >= CITATION_KEYS for c in citations)
    assert all(set(a) == {"answer", "confidence", "citation"} for a in values["alternatives"])
    assert all(set(p) >= PASSAGE_KEYS for p in values["passages"])
    assert (values["answer"] is None) == (values["citations"] == []) == (values["reason"] is not None)


def test_the_json_of_an_answer() -> None:
    values = reply_json(ANSWERED)
    assert [values[k] for k in ("question", "answer", "confidence", "reason")] == [
        "Quand ?",
        "les 25 et 26 octobre 2025",
        0.975,
        None,
    ]
    assert values["citations"] == [citation_json(DATE)]
    assert values["alternatives"] == [
        {"answer": "Hanoï", "confidence": 0.4123, "citation": citation_json(PLACE)}
    ]
    assert values["passages"] == [hit_json(HIT)]
    assert values["timings_ms"] == TIMINGS


def test_the_json_of_an_abstention() -> None:
    values = reply_json(WITHHELD)
    assert [values[k] for k in ("answer", "confidence", "reason", "citations")] == [
        None,
        0.8,
        "below_threshold",
        [],
    ]
    assert [len(values[k]) for k in ("alternatives", "passages")] == [1, 5]


def test_the_json_of_a_citation() -> None:
    assert citation_json(DATE) == {
        "dispatch": "d1",
        "source": "d1.txt",
        "path": "/x/d1.txt",
        "encoding": "utf-8",
        "title": "Titre",
        "date": "2025-05",
        "paragraph": 4,
        "start": 33,
        "end": 58,
        "quote": "les 25 et 26 octobre 2025",
        "text": TEXT,
    }
    assert HIT.dispatch.body[33:58] == "les 25 et 26 octobre 2025"
    assert citation_json(replace(DATE, published=None))["date"] is None


def test_the_json_of_a_passage() -> None:
    assert hit_json(HIT) == {
        "dispatch": "d1",
        "source": "d1.txt",
        "path": "/x/d1.txt",
        "title": "Titre",
        "date": "2025-05",
        "paragraph": 4,
        "start": 8,
        "end": 8 + len(TEXT),
        "score": 0.0312,
        "text": TEXT,
        "copies": [],
    }
    undated = replace(HIT, dispatch=replace(HIT.dispatch, published=None))
    assert hit_json(undated)["date"] is None


def test_the_json_of_a_run_of_the_indexer_and_of_a_status() -> None:
    assert report_json(REPORT, "/x/index") == {
        "index": "/x/index",
        "added": 2,
        "replaced": 1,
        "unchanged": 3,
        "removed": 0,
        "embedded": 7,
        "failures": [{"file": "/x/a.txt", "reason": "fichier vide"}],
        "seconds": 1.23,
    }
    values = status_json(replace(STATUS, healthy=False, problems=("abîmé",)))
    assert (values["dispatches"], values["earliest"], values["problems"]) == (2, "2025-03", ["abîmé"])
    json.dumps(values)


@pytest.mark.parametrize(
    ("date", "french", "english"),
    [
        ("2025", "2025", "2025"),
        ("2025-05", "mai 2025", "May 2025"),
        ("2025-08-01", "1er août 2025", "1 August 2025"),
        ("2025-12-31", "31 décembre 2025", "31 December 2025"),
        ("2025-05-19T08:05", "19 mai 2025 à 8 h 05", "19 May 2025 at 8:05"),
        (None, "sans date", "undated"),
    ],
)
def test_dates_in_words(date: str | None, french: str, english: str) -> None:
    parsed = PartialDate.parse(date) if date else None
    assert date_in_words(parsed) == french
    use("en")
    assert date_in_words(parsed) == english


def test_the_lines_of_an_answer() -> None:
    two = replace(ANSWERED, result=replace(ANSWERED.result, citations=(DATE, replace(DATE, source="d2.txt"))))
    assert list(reply_lines(two, colour=False)) == [
        "les 25 et 26 octobre 2025  (confiance 97 %)",
        "",
        "  « La signature est prévue les 25 et 26 octobre 2025, à Hanoï. »",
        "  Titre · mai 2025 · d1.txt, paragraphe 4, 33-58",
        "",
        "  « La signature est prévue les 25 et 26 octobre 2025, à Hanoï. »",
        "  Titre · mai 2025 · d2.txt, paragraphe 4, 33-58",
        "",
        "Autres réponses possibles :",
        "  - Hanoï  (confiance 41 %; d1.txt)",
    ]


def test_what_is_hardly_possible_is_not_shown_to_people_but_stands_in_the_json() -> None:
    names = {0.0: "Vienne", 0.04: "Doha", 0.05: "Genève"}
    others = tuple(Candidate(name, sure, PLACE) for sure, name in names.items())
    reply = replace(ANSWERED, result=Answer("Hanoï", 0.9, (PLACE,), others))
    lines = list(reply_lines(reply, colour=False))
    assert lines[-2:] == ["Autres réponses possibles :", "  - Genève  (confiance 5 %; d1.txt)"]
    few = replace(reply, result=Answer("Hanoï", 0.9, (PLACE,), others[:2]))
    assert "Autres réponses possibles :" not in list(reply_lines(few, colour=False))
    assert [a["answer"] for a in reply_json(few)["alternatives"]] == ["Vienne", "Doha"]


def test_colour_marks_the_quote_by_its_offsets() -> None:
    lines = list(reply_lines(replace(ANSWERED, result=Answer("Hanoï", 0.5, (PLACE,))), colour=True))
    assert lines[0] == "\033[1mHanoï\033[0m  (confiance 50 %)"
    assert lines[2] == "  « La signature est prévue les 25 et 26 octobre 2025, à \033[1mHanoï\033[0m. »"
    assert lines[3].startswith("  \033[2mTitre")


def test_the_lines_of_an_abstention() -> None:
    lines = list(reply_lines(WITHHELD, colour=False))
    assert lines[0] == "Aucune réponse dans les dépêches. La meilleure piste n'est pas assez sûre."
    assert lines[2:5] == [
        "Passages les plus proches :",
        "1. La signature est prévue les 25 et 26 octobre 2025, à Hanoï.",
        "   mai 2025 · d1.txt, paragraphe 4 · 0.031",
    ]
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3."]
    assert lines[-2:] == ["Autres réponses possibles :", "  - Hanoï  (confiance 41 %; d1.txt)"]


def test_the_lines_of_an_empty_index() -> None:
    assert list(reply_lines(NOTHING, colour=False)) == [
        "Aucune réponse dans les dépêches. L'index ne contient aucune dépêche."
    ]


def test_no_line_holds_a_line_feed_nor_colour_unasked() -> None:
    for reply in (ANSWERED, WITHHELD, NOTHING):
        assert not any(c in line for line in reply_lines(reply, colour=False) for c in "\n\r\033")


def test_no_passages() -> None:
    assert list(hit_lines((), colour=False)) == ["Aucun passage."]


def test_the_lines_of_a_status() -> None:
    assert list(status_lines(STATUS)) == [
        "Index     /x/index",
        "Dépêches  2",
        "Passages  18",
        "Dates     2025-03 – 2025-05",
        "Encodeur  e5@1 (384)",
        "Lecteur   reader",
        "Taille    2.3 Mo",
        "État      sain",
    ]


def test_the_lines_of_a_status_with_problems_and_no_date() -> None:
    ill = replace(STATUS, earliest=None, latest=None, healthy=False, problems=("un", "deux"))
    lines = list(status_lines(ill))
    assert (lines[3], lines[7]) == ("Dates     sans date", "État      un ; deux")


def test_the_line_of_a_report() -> None:
    assert list(report_lines(REPORT)) == [
        "2 ajoutée(s), 1 remplacée(s), 3 inchangée(s), 0 retirée(s), 1 en échec ; "
        "7 passage(s) calculé(s) en 1.2 s."
    ]
