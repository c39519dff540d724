"""A run over a canned pipeline: what is kept of each reply, and what the summary makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

import pytest

from eval.run import Record, evaluate, summarise, write_predictions
from qa.errors import BadQuestion, BadQuestionSet, UserError
from qa.types import Question, Reply

Make = Callable[..., Any]

TEXT = "La session a eu lieu à Vienne, Autriche, le 19 mai."
KEYS = {
    "n": None, "em": None, "f1": None, "answerable": {"em", "f1"},
    "abstention": {"precision", "recall", "f1"}, "citation_accuracy": None, "recall@1": None,
    "recall@5": None, "recall@10": None, "mrr@10": None, "ndcg@10": None, "ece": None,
    "aurc": None, "time": {"current", "as_of", "relation", "edtf"},
    "latency_ms": {"p50", "p95"},
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    text: str | None
    confidence: float
    start: int | None = None
    end: int | None = None


class CannedReader:
    def __init__(self, **outcomes: Outcome) -> None:
        self.outcomes = outcomes

    def answer(self, question: str, context: str) -> Outcome:
        return self.outcomes[context]


@pytest.fixture
def questions(question: Make) -> list[Question]:
    return [
        question("right", "à Vienne", "Vienne", tags=("where",)),
        question("wrong", "le 19 mai"),
        question("shy", "Autriche"),
        question("wise"),
        question("fooled"),
    ]


@pytest.fixture
def pipeline(canned: Make, hit: Make, answer: Make, withheld: Make) -> Any:
    other = hit("Un autre paragraphe.")
    return canned(
        results={
            "right": answer("Vienne", TEXT, 0.95),
            "wrong": answer("Vienne", TEXT, 0.85, source="000.txt"),
            "shy": withheld(0.75, "Autriche", TEXT, 0.25),
            "wise": withheld(0.65),
            "fooled": answer("19 mai", TEXT, 0.55),
        },
        hits={
            "right": (hit(TEXT), *[other] * 9),
            "wrong": (other, other, hit(TEXT), *[other] * 7),
            "shy": tuple([other] * 12),
            "fooled": (hit(TEXT),),
        },
    )


def test_ask_keeps_what_was_shown(questions: list[Question], pipeline: Any, ticks: Make) -> None:
    run = evaluate(questions[:1], pipeline, "ask", clock=ticks(0.25))
    assert run.mode == "ask"
    assert run.records == (
        Record(
            id="right", lang="fr", tags=("where",), question="right", answers=("à Vienne", "Vienne"),
            latency_ms=250.0, answer="Vienne", best="Vienne", best_confidence=0.95, confidence=0.95,
            doc="001.txt", start=100 + TEXT.index("Vienne"), end=100 + TEXT.index("Vienne") + 6,
            ranks=(1,), em=1.0, f1=1.0, citation_right=True, passage=TEXT,
        ),
    )  # fmt: skip


def test_ask_keeps_what_was_withheld(questions: list[Question], pipeline: Any) -> None:
    _, _, shy, wise, _ = evaluate(questions, pipeline).records
    assert (shy.answer, shy.best, shy.best_confidence, shy.confidence) == (None, "Autriche", 0.25, 0.75)
    assert (shy.doc, shy.start, shy.end, shy.citation_right) == (None, None, None, None)
    assert (shy.em, shy.f1, shy.right, shy.ranks) == (0.0, 0.0, False, ())
    assert (wise.best, wise.best_confidence, wise.ranks) == (None, None, None)
    assert (wise.em, wise.f1, wise.right) == (1.0, 1.0, True)
    assert (shy.best_right, wise.best_right) == (True, False)
    # What was read, if anything was: the passage of the best span.
    assert (shy.passage, wise.passage) == (TEXT, None)


def test_an_answer_where_there_is_none_is_wrong_and_its_citation_not_judged(
    questions: list[Question], pipeline: Any
) -> None:
    fooled = evaluate(questions, pipeline).records[-1]
    assert (fooled.answer, fooled.em, fooled.f1, fooled.right) == ("19 mai", 0.0, 0.0, False)
    assert fooled.citation_right is None


def test_the_summary_of_a_run(questions: list[Question], pipeline: Any, ticks: Make) -> None:
    summary = summarise(evaluate(questions, pipeline, clock=ticks(0.002)).records)
    assert summary == {
        "n": 5,
        "em": 2 / 5,
        "f1": 2 / 5,
        "answerable": {"em": 1 / 3, "f1": 1 / 3},
        # Withheld: shy and wise; nothing answers wise and fooled.
        "abstention": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
        # right cites its document, wrong another.
        "citation_accuracy": 0.5,
        "recall@1": 1 / 3,
        "recall@5": 2 / 3,
        "recall@10": 2 / 3,
        "mrr@10": pytest.approx((1 + 1 / 3) / 3),
        "ndcg@10": pytest.approx((1 + 1 / log2(4)) / 3),
        # Each in a bin of its own: right at 0.95 and 0.65, wrong at 0.85, 0.75 and 0.55.
        "ece": pytest.approx((0.05 + 0.85 + 0.75 + 0.35 + 0.55) / 5),
        # The best spans of right and, last but one, of shy would be right: 0, 1/2, 2/3, 2/4 and 3/5 wrong.
        "aurc": pytest.approx((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5),
        "time": {"current": None, "as_of": None, "relation": None, "edtf": None},
        "latency_ms": {"p50": 2.0, "p95": 2.0},
    }


def test_half_the_words_make_an_answer_right(question: Make, canned: Make, answer: Make) -> None:
    asked = [question("half", "Vienne et Graz"), question("less", "Vienne, Graz et Linz")]
    pipeline = canned(results=dict.fromkeys(("half", "less"), answer("Vienne", TEXT, 0.5)))
    half, less = evaluate(asked, pipeline).records
    assert (half.f1, half.em, half.right) == (2 / 4, 0.0, True)
    assert (less.f1, less.em, less.right) == (2 / 5, 0.0, False)


def test_a_pipeline_that_reads_few_is_searched_to_depth_ten(questions: list[Question], pipeline: Any) -> None:
    pipeline.read = 2
    assert evaluate(questions[1:2], pipeline).records[0].ranks == (3,)
    assert pipeline.searches == [("wrong", 10)]


def test_no_needless_search(questions: list[Question], pipeline: Any) -> None:
    evaluate([questions[0], questions[3]], pipeline)
    assert pipeline.searches == []


def test_retrieval_ranks_and_reads_nothing(questions: list[Question], pipeline: Any, ticks: Make) -> None:
    pipeline.results = {}
    run = evaluate(questions, pipeline, "retrieval", clock=ticks(0.001))
    assert [r.ranks for r in run.records] == [(1,), (3,), (), None, None]
    assert {(r.answer, r.em, r.f1, r.confidence, r.right) for r in run.records} == {(None,) * 5}
    assert summarise(run.records) == {
        "n": 5,
        "em": None,
        "f1": None,
        "answerable": {"em": None, "f1": None},
        "abstention": {"precision": None, "recall": None, "f1": None},
        "citation_accuracy": None,
        "recall@1": 1 / 3,
        "recall@5": 2 / 3,
        "recall@10": 2 / 3,
        "mrr@10": pytest.approx((1 + 1 / 3) / 3),
        "ndcg@10": pytest.approx((1 + 1 / log2(4)) / 3),
        "ece": None,
        "aurc": None,
        "time": {"current": None, "as_of": None, "relation": None, "edtf": None},
        "latency_ms": {"p50": 1.0, "p95": 1.0},
    }


def test_reader_answers_from_the_context(question: Make, ticks: Make) -> None:
    reader = CannedReader(one=Outcome("Vienne", 0.8, 3, 9), two=Outcome(None, 0.7))
    asked = [question("a", "Vienne", doc=None, context="one"), question("b", context="two")]
    first, second = evaluate(asked, reader, "reader", clock=ticks(0.001)).records
    assert (first.answer, first.start, first.end, first.doc, first.em) == ("Vienne", 3, 9, None, 1.0)
    assert (second.answer, second.best, second.confidence, second.f1) == (None, None, 0.7, 1.0)
    summary = summarise([first, second])
    assert summary["em"] == summary["f1"] == 1.0
    assert summary["abstention"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert [summary[k] for k in ("citation_accuracy", "recall@1", "mrr@10", "ndcg@10")] == [None] * 4
    assert summary["ece"] == pytest.approx((0.2 + 0.3) / 2)


@pytest.mark.parametrize("mode", ["ask", "retrieval", "reader"])
def test_no_question_gives_the_same_keys_and_no_score(canned: Make, mode: Any) -> None:
    run = evaluate([], CannedReader() if mode == "reader" else canned(), mode)
    summary = summarise(run.records)
    assert {k: set(v) if isinstance(v, dict) else None for k, v in summary.items()} == KEYS
    assert summary["n"] == 0
    assert summary["em"] is summary["ece"] is summary["recall@10"] is None
    assert json.loads(json.dumps(summary)) == summary


def test_the_language_of_a_question_scores_it(question: Make, canned: Make, answer: Make) -> None:
    pipeline = canned(results={"q": answer("the treaty", "It is the treaty.")})
    english, french = question("q", "treaty", lang="en"), question("q", "treaty")
    assert [r.em for r in evaluate([english, french], pipeline).records] == [1.0, 0.0]


def test_a_mode_that_the_pipeline_cannot_do(canned: Make) -> None:
    for pipeline, mode in ((canned(), "reader"), (CannedReader(), "ask"), (canned(), "sing")):
        with pytest.raises(TypeError, match=f"{type(pipeline).__name__} cannot do mode '{mode}'"):
            evaluate([], pipeline, mode)


def test_a_question_without_context_cannot_be_read(question: Make) -> None:
    with pytest.raises(BadQuestionSet, match=r"« a » : « context » manque"):
        evaluate([question("a", "Vienne")], CannedReader(), "reader")


def test_a_question_that_the_pipeline_refuses_is_named(question: Make, canned: Make) -> None:
    class Strict(canned):  # type: ignore[misc]
        def ask(self, question: str, *, as_of: object = None) -> Reply:
            raise BadQuestion("question_empty")

    with pytest.raises(BadQuestionSet, match=r"^question « a » : question vide$"):
        evaluate([question("a", "Vienne")], Strict())


def test_predictions_are_one_line_a_question(
    questions: list[Question], pipeline: Any, tmp_path: Path
) -> None:
    path = tmp_path / "out.jsonl"
    write_predictions(path, evaluate(questions[1:4], pipeline, clock=lambda: 0.0).records)
    start = 100 + TEXT.index("Vienne")
    none = {"answer": None, "doc": None, "start": None, "end": None, "latency_ms": 0.0}
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [
        {"id": "wrong", "answer": "Vienne", "confidence": 0.85, "doc": "000.txt", "start": start,
         "end": start + 6, "latency_ms": 0.0},
        {"id": "shy", "confidence": 0.75, **none},
        {"id": "wise", "confidence": 0.65, **none},
    ]  # fmt: skip


def test_predictions_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none/out\.jsonl : ni fichier ni dossier"):
        write_predictions(tmp_path / "none" / "out.jsonl", [])
