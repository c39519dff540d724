"""The words of the chat: both languages alike, every key used, every key used there."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from qa import exporting, wording
from qa.messages import LANGUAGES, speaking
from qa.rendering import quality
from qa.wording import NOUNS, TABLE, counted, percent, translations, word

ROOT = Path(wording.__file__).resolve().parents[1]
SOURCES = [*sorted((ROOT / "chat").rglob("*.py")), *sorted((ROOT / "qa").rglob("*.py"))]


def strings() -> set[str]:
    """Every string in the code but the table's own, and what is made of parts."""
    found: set[str] = set()
    for path in SOURCES:
        if path.name == "wording.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


COMPOSED = {
    *(f"why_{r}" for r in ("empty_index", "no_passage", "no_answer_found", "below_threshold")),
    *(f"{what}_{kind}" for what in ("answer", "withheld") for kind in ("is", "probability")),
    *(f"column_{name}" for name in exporting._COLUMNS),
    *(f"figure_{key}" for key, _, _ in quality._FIGURES),
    *(f"plot_{name}" for name in quality._PLOTS),
    *(f"since_{kind}" for kind in ("day", "vowel", "other")),
}


def test_every_wording_is_used() -> None:
    assert {*TABLE, *NOUNS} - strings() - COMPOSED == set()


def test_every_wording_used_is_there() -> None:
    called = {
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("word", "words")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(called) > 30
    assert called - set(TABLE) == {"header", "exports", "judgements"}  # the page makes it of others


@pytest.mark.parametrize("key", TABLE)
def test_both_languages_take_the_same_values(key: str) -> None:
    names = [
        sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
        for text in TABLE[key]
    ]
    assert len(names) == len(LANGUAGES)
    assert names[0] == names[1]
    assert all(text == text.strip() != "" and "\n" not in text for text in TABLE[key])


@pytest.mark.parametrize("key", TABLE)
def test_french_puts_a_blank_before_high_punctuation_and_english_none(key: str) -> None:
    french, english = TABLE[key]
    for sign in ":;?!":
        assert all(french[i - 1] in "\xa0\u202f" for i, c in enumerate(french) if c == sign), french
        assert f" {sign}" not in english


def test_numbers_and_nouns_agree() -> None:
    assert [counted(n, "dispatch") for n in (0, 1, 2, 1234)] == [
        "0 dépêche", "1 dépêche", "2 dépêches", "1\u202f234 dépêches"
    ]  # fmt: skip
    with speaking("en"):
        assert [counted(n, "dispatch") for n in (0, 1, 1234)] == [
            "0 dispatches",
            "1 dispatch",
            "1,234 dispatches",
        ]
        assert percent(0.5) == "50%"


def test_a_page_that_translates_itself_is_given_everything() -> None:
    both = translations()
    assert set(both) == set(LANGUAGES)
    assert both["en"]["ask"] == "Ask"
    with speaking("en"):
        assert word("ask") == both["en"]["ask"]
