"""Conversations: the committed set, a conversation played on canned replies, and the shares."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.conversations import (
    QUESTIONS,
    Given,
    Played,
    Turn,
    play,
    read_conversations,
    same,
    same_place,
    score,
)
from eval.question_sets import read_questions
from qa.followups import Earlier, followup
from tests.eval.conftest import CannedPipeline, make_abstention, make_answer

DISPATCHES = Path(__file__).parents[1] / "conversations/dispatches"
LINE = {
    "id": "k1", "split": "dev", "lang": "fr",
    "turns": [
        {"question": "Qui a gagné l'Étoile ?", "standalone": "Qui a gagné l'Étoile ?", "followup": False,
         "answers": ["Maëlle Kergoat"], "doc": "001.txt"},
        {"question": "Quel âge a-t-elle ?", "standalone": "Quel âge a Maëlle Kergoat ?", "followup": True,
         "answers": ["24 ans"], "doc": "001.txt"},
        {"question": "Où est Plouarz ?", "standalone": "Où est Plouarz ?", "followup": False,
         "answers": [], "doc": None},
    ],
}  # fmt: skip


def asked_on(path: Path) -> list[Played]:
    path.write_text(json.dumps(LINE) + "\n\n", encoding="utf-8")
    (conversation,) = read_conversations(path)
    text = "Maëlle Kergoat, 24 ans, a gagné."
    pipeline = CannedPipeline(
        {
            "Qui a gagné l'Étoile ?": make_answer("Maëlle Kergoat", text),
            "Quel âge a-t-elle ?": make_abstention(0.8),
            "Quel âge Maëlle Kergoat a-t-elle ?": make_answer("24 ans", text),
            "Quel âge a Maëlle Kergoat ?": make_answer("24 ans", text),
            "Où est Plouarz ?": make_abstention(0.9),
        }
    )
    return play(conversation, pipeline)


def test_a_conversation_is_played_with_the_questions_as_understood(tmp_path: Path):
    pronoun, full = asked_on(tmp_path / "c.jsonl")
    assert pronoun.rewritten == "Quel âge Maëlle Kergoat a-t-elle ?"
    assert pronoun.typed == Given(None, None, False)
    assert pronoun.resolved == pronoun.standalone
    assert replace(pronoun.resolved, span=None) == Given("24 ans", "001.txt", True)
    assert full.rewritten == full.turn.question
    assert full.typed == Given(None, None, True)


def test_shares_are_of_follow_ups_and_of_full_questions_apart(tmp_path: Path):
    pronoun, full = asked_on(tmp_path / "c.jsonl")
    worse = replace(pronoun, resolved=Given("24 ans", "002.txt", True))
    changed = replace(full, rewritten="Où est Plouarz, Maëlle Kergoat ?")
    got = score([pronoun, worse, full, changed])
    assert (got.followups, got.full) == (2, 2)
    assert (got.as_standalone, got.typed_as_standalone, got.unchanged) == (0.5, 0.0, 0.5)
    assert (got.right_typed, got.right_rewritten, got.right_standalone) == (0.0, 1.0, 1.0)
    assert score([]).as_standalone == 0.0


def test_another_place_of_the_same_text_is_another_answer():
    assert not same(Given("24 ans", "001.txt", True), Given("24 ans", "002.txt", True))
    assert same(Given(None, None, False), Given(None, None, True))


@pytest.mark.parametrize(
    ("source", "span", "expected"),
    [
        ("1.txt", (10, 20), True),
        ("1.txt", (19, 30), True),
        ("1.txt", (20, 30), False),
        ("2.txt", (10, 20), False),
    ],
)
def test_answers_that_share_characters_are_in_one_place(
    source: str, span: tuple[int, int], expected: bool
) -> None:
    given = Given("19 blessés", "1.txt", True, (10, 20))
    assert same_place(given, Given("19", source, True, span)) is expected
    assert not same_place(given, Given(None, None, False))
    assert same_place(Given(None, None, True), Given(None, None, False))


def test_the_committed_set_is_large_and_halved():
    conversations = read_conversations()
    assert len(conversations) >= 60
    assert {c.split for c in conversations} == {"dev", "test"}
    assert all(2 <= len(c.turns) <= 3 and not c.turns[0].followup for c in conversations)
    later = [t for c in conversations for t in c.turns[1:]]
    assert sum(t.followup for t in later) >= 60
    assert all(t.question == t.standalone for t in later if not t.followup)


def test_committed_answers_stand_in_their_dispatches():
    folders = DISPATCHES, Path(__file__).parents[2] / "seeds"
    texts = {p.name: p.read_text(encoding="utf-8") for folder in folders for p in folder.glob("*.txt")}
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    for turn in (turn for row in rows for turn in row["turns"]):
        assert bool(turn["answers"]) == bool(turn["doc"]), turn["question"]
        assert all(answer in texts[turn["doc"]] for answer in turn["answers"]), turn["question"]


def test_full_questions_are_left_alone_after_any_other_conversation():
    seeds = read_questions(QUESTIONS.with_name("seeds.jsonl"))
    body = (DISPATCHES / "002_sommet-villes-fluviales.txt").read_text(encoding="utf-8")
    said = [
        Earlier("Où se tient le 5e Sommet des villes fluviales ?", "Valdorme", body),
        Earlier("Qui a fondé Voltérine ?", "Antoine Desrivières", body),
        Earlier("Combien de stations compte la ligne B du métro de Kim Thach ?", None, body),
    ]
    full = [q.question for q in seeds]
    full += [t.question for c in read_conversations() for t in c.turns if not t.followup]
    assert {question for question in full for turn in said if followup(question, [turn])} == set()


def test_follow_ups_differ_from_what_they_stand_for():
    turns: list[Turn] = [t for c in read_conversations() for t in c.turns if t.followup]
    assert all(t.question != t.standalone for t in turns)
