"""Conversations kept in memory: apart from each other, and never too many."""

from __future__ import annotations

import pytest

from qa import talk
from qa.filters import Filters
from qa.talk import Talks

NARROWED = Filters(top_k=3)


def test_conversations_are_apart() -> None:
    talks = Talks()
    first = talks.add("a", "Qui ?", NARROWED, ValueError("x"))
    talks.add("b", "Où ?", Filters(), ValueError("y"))
    assert [t.question for t in talks.turns("a")] == ["Qui ?"]
    assert talks.turn("a", first.id).filters == NARROWED
    with pytest.raises(KeyError):
        talks.turn("b", first.id)


def test_what_is_said_in_none_is_not_kept() -> None:
    talks = Talks()
    talks.add("", "Qui ?", Filters(), ValueError())
    assert talks.turns("") == ()


def test_a_conversation_that_ended_is_forgotten() -> None:
    talks = Talks()
    talks.add("a", "Qui ?", Filters(), ValueError())
    talks.forget("a")
    talks.forget("a")
    assert talks.turns("a") == ()


def test_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "MOST_TURNS", 3)
    monkeypatch.setattr(talk, "MOST_TURNS_OF_A_TALK", 2)
    talks = Talks()
    for name in ("a", "b", "a", "a", "c"):
        talks.add(name, "Qui ?", Filters(), ValueError())
    assert [len(talks.turns(name)) for name in "abc"] == [2, 0, 1]
