"""What users say of answers: nothing lost, and questions that ``qa eval`` reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.question_sets import read_questions
from qa.errors import BadQuestion, QaError
from qa.filters import Filters
from qa.judgements import Judgement, Judgements, judge
from qa.talk import Turn
from qa.types import Abstention, Answer, Reply
from tests.qa.pages import citation

CITED = citation("Prévue le 19 mai.", "19 mai")
ANSWERED = Turn("1", "Quand ?", Filters(), Reply("Quand ?", Answer("19 mai", 0.97, (CITED,)), (), {}))
WITHHELD = Turn("2", "Qui ?", Filters(), Reply("Qui ?", Abstention("no_passage", 0.9), (), {}))
FAILED = Turn("3", " ", Filters(), BadQuestion("question_empty"))


@pytest.fixture
def kept(tmp_path: Path) -> Judgements:
    return Judgements(tmp_path / "avis.jsonl")


def test_what_was_shown_is_kept_with_its_place(kept: Judgements) -> None:
    kept.add(judge(ANSWERED, "right"))
    (found,) = Judgements(kept.path).all()
    assert (found.question, found.verdict, found.answer, found.confidence) == (
        "Quand ?",
        "right",
        "19 mai",
        0.97,
    )
    assert (found.doc, found.start, found.end) == ("un.txt", CITED.start, CITED.end)
    assert found.at.endswith("+00:00")


@pytest.mark.parametrize(
    ("judgement", "accepted"),
    [
        (judge(ANSWERED, "right"), ["19 mai"]),
        (judge(ANSWERED, "wrong"), None),
        (judge(ANSWERED, "wrong", " le 20 mai "), ["le 20 mai"]),
        (judge(ANSWERED, "wrong", unanswerable=True), []),
        (judge(WITHHELD, "right"), []),
        (judge(WITHHELD, "wrong"), None),
        (judge(WITHHELD, "wrong", "Luong Cuong"), ["Luong Cuong"]),
        (judge(FAILED, "wrong"), None),
    ],
)
def test_which_answers_are_right_then(judgement: Judgement, accepted: list[str] | None) -> None:
    assert judgement.accepted == accepted


def test_a_question_set_holds_what_is_known_to_be_right(kept: Judgements, tmp_path: Path) -> None:
    narrowed = Turn("4", "Où ?", Filters.typed("2025", ""), ANSWERED.outcome)
    for judgement in (
        judge(ANSWERED, "wrong"),
        judge(ANSWERED, "right"),
        judge(WITHHELD, "wrong", "Luong Cuong"),
        judge(narrowed, "right"),
        judge(Turn("5", "Combien ?", Filters(), ANSWERED.outcome), "wrong"),
    ):
        kept.add(judgement)
    exported = tmp_path / "questions.jsonl"
    exported.write_text(kept.as_question_set(), encoding="utf-8")
    first, second = read_questions(exported)
    assert (first.question, first.answers, first.doc) == ("Quand ?", ("19 mai",), "un.txt")
    assert (second.question, second.answers, second.doc) == ("Qui ?", ("Luong Cuong",), None)


def test_a_line_cut_in_half_takes_no_other_with_it(kept: Judgements) -> None:
    kept.add(judge(ANSWERED, "right"))
    with kept.path.open("a", encoding="utf-8") as file:
        file.write('{"question": "Où')
    kept.add(judge(WITHHELD, "right"))
    assert [j.question for j in kept.all()] == ["Quand ?", "Qui ?"]


def test_no_judgement_yet(kept: Judgements) -> None:
    assert kept.all() == []
    assert kept.as_question_set() == ""


def test_a_disk_that_refuses_is_one_line(tmp_path: Path) -> None:
    kept = Judgements(tmp_path / "rien" / "avis.jsonl")
    with pytest.raises(QaError, match=r"avis\.jsonl"):
        kept.add(judge(ANSWERED, "right"))
    with pytest.raises(QaError):
        Judgements(tmp_path).all()
