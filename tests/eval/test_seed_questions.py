"""The questions about the shipped dispatches: enough, varied, and true to the dispatches."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval.question_sets import read_questions
from qa.types import Question

ROOT = Path(__file__).parents[2]
FILE = ROOT / "eval" / "questions" / "seeds.jsonl"


@pytest.fixture(scope="module")
def questions() -> tuple[Question, ...]:
    return read_questions(FILE)


def test_enough_with_and_without_answer(questions: tuple[Question, ...]) -> None:
    assert len(questions) >= 120
    assert sum(not q.answers for q in questions) >= 40


def test_every_answer_stands_literally_in_its_document(questions: tuple[Question, ...]) -> None:
    bodies = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt")}
    answered = [q for q in questions if q.answers]
    assert [(q.id, a) for q in answered for a in q.answers if a not in bodies[str(q.doc)]] == []
    assert {q.doc for q in answered} == set(bodies)


def test_nothing_is_said_of_what_nothing_answers(questions: tuple[Question, ...]) -> None:
    assert [q.id for q in questions if not q.answers and q.doc is not None] == []


def test_ids_and_texts_are_unique(questions: tuple[Question, ...]) -> None:
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == len(questions)
    assert len({q.question.casefold() for q in questions}) == len(questions)


@pytest.mark.parametrize(("lang", "fewest"), [("fr", 80), ("en", 12), ("vi", 12)])
def test_languages(questions: tuple[Question, ...], lang: str, fewest: int) -> None:
    spoken = [q for q in questions if q.lang == lang]
    assert len(spoken) >= fewest
    assert any(q.answers for q in spoken)
    assert any(not q.answers for q in spoken)


def test_tags_are_known_and_each_is_used(questions: tuple[Question, ...]) -> None:
    kinds = {"who", "when", "where", "howmany", "why", "what"}
    styles = {"paraphrase", "noaccent", "typo", "keyword", "acronym", "caption"}
    counted = Counter(tag for q in questions for tag in q.tags)
    assert set(counted) == kinds | styles | {"near", "far", "en", "vi"}
    assert [q.id for q in questions if not kinds & set(q.tags)] == []
    assert [q.id for q in questions if bool(q.answers) == bool({"near", "far"} & set(q.tags))] == []
    assert counted["near"] > counted["far"]
