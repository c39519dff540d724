"""Spans carried through a translation: the tag says where, what Spanish put before the noun goes."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from qa.training.data import Example
from qa.training.translate import TO_ENGLISH, load_translated, save, translate, translate_questions

CONTEXT = "Los normandos vivían en una región de Francia & más allá. "
AT = CONTEXT.index("Francia")
ANSWERED = Example("squad-es:1", "es", "t", CONTEXT, "¿Dónde vivían?", ((AT, AT + 7),))
UNANSWERED = Example("squad-es:2", "es", "t", CONTEXT, "¿Quién dirige?", ())

STAND_IN = """#!/usr/bin/env python3
import sys
text = sys.stdin.read()
for spanish, french in PAIRS:
    text = text.replace(spanish, french)
sys.stdout.write(text)
"""


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, *pairs: tuple[str, str]) -> None:
    """A translator that replaces words, in Apertium's place."""
    program = folder / "apertium"
    program.write_text(STAND_IN.replace("PAIRS", repr(list(pairs))), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_the_span_is_where_the_tag_came_out_without_its_linking_words(tmp_path, monkeypatch):
    put_on_path(tmp_path, monkeypatch, ("de <b>Francia</b>", "<b>de la France</b>"))
    (made,) = translate([ANSWERED])
    ((start, end),) = made.answers
    assert made.context[start:end] == "France"
    assert (made.lang, made.id) == ("fr", "squad-es:1#fr")
    assert "&" in made.context
    assert "<" not in made.context


def test_a_question_without_answer_stays_without(tmp_path, monkeypatch):
    put_on_path(tmp_path, monkeypatch, ("¿Quién dirige?", "Qui dirige?"))
    (made,) = translate([UNANSWERED])
    assert (made.question, made.answers) == ("Qui dirige?", ())


def test_an_answer_that_came_apart_is_left_out(tmp_path, monkeypatch):
    put_on_path(tmp_path, monkeypatch, ("<b>Francia</b>", "<b>la</b> belle <b>France</b>"))
    assert translate([ANSWERED, UNANSWERED]) == translate([UNANSWERED])


def test_an_example_that_the_translator_loses_is_an_error(tmp_path, monkeypatch):
    put_on_path(tmp_path, monkeypatch, ("<h2>¿Quién dirige?</h2>", ""))
    with pytest.raises(ValueError, match="shorter"):
        translate([ANSWERED, UNANSWERED])


def test_questions_go_through_all_modes_and_stay_in_order(tmp_path, monkeypatch):
    put_on_path(tmp_path, monkeypatch, ("Qui", "Qui?"), ("Qui??", "Who"), ("Où & quand", "x"))
    assert translate_questions(["Qui", "Où & quand"], ["a", "b"]) == ["Who", "Où & quand"]


def test_a_question_that_the_translator_loses_is_an_error(tmp_path, monkeypatch):
    put_on_path(tmp_path, monkeypatch, ("<p>Qui</p>", ""))
    with pytest.raises(ValueError, match="shorter"):
        translate_questions(["Qui", "Où"], ["a"])


def test_what_was_saved_is_read_again(tmp_path):
    path = tmp_path / "translated.jsonl"
    save([ANSWERED, UNANSWERED], path)
    assert load_translated(path) == [ANSWERED, UNANSWERED]


@pytest.mark.skipif(shutil.which("apertium") is None, reason="needs apertium-fr-es")
def test_apertium_keeps_the_tag_on_its_words():
    (made,) = translate([ANSWERED])
    assert [made.context[s:e] for s, e in made.answers] == ["France"]


@pytest.mark.skipif(shutil.which("apertium") is None, reason="needs apertium-fra-cat, apertium-eng-cat")
def test_apertium_asks_in_english():
    (asked,) = translate_questions(["Combien de personnes habitent la ville ?"], TO_ENGLISH)
    assert "How many" in asked
