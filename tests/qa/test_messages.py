"""The table of messages: both languages alike, every key in it used, every key used in it."""

from __future__ import annotations

import ast
import errno
import inspect
import string
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import get_args

import pytest

from qa import errors, messages
from qa.errors import BadDate, BadFile, BadQuestionSet, QaError
from qa.messages import LANGUAGES, TABLE, Language, from_locale, os_reason, say, speaking, use
from qa.types import AbstentionReason, Relation

ROOT = Path(messages.__file__).resolve().parents[1]
ROOMS = ("chat", "qa", "eval")
SOURCES = [ROOT / "app.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
ERRORS = {
    name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, QaError)
}
# These make their message themselves, in errors.py.
OWN_MESSAGE = {"BadFile", "BadQuestionSet"}
SPEAKERS = {"say", "kind"}  # a table may name the kind of error beside its key


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def strings_in(node: ast.AST) -> Iterator[str]:
    yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


@lru_cache(maxsize=1)
def trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def name_of(function: ast.expr) -> str:
    """``say`` for ``say``, ``messages.say`` and the like."""
    if isinstance(function, ast.Attribute):
        return "super().__init__" if ast.unparse(function) == "super().__init__" else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def speaking_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call whose first argument is a key: ``say``, and the making of an error."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = name_of(node.func)
                in_errors = name == "super().__init__" and file == "qa/errors.py"
                if name == "say" or name in ERRORS - OWN_MESSAGE or in_errors:
                    yield f"{file}:{node.lineno}", node


def keys_spoken() -> dict[str, list[tuple[str, ast.Call]]]:
    """The calls of each key that is written out at the call."""
    found: dict[str, list[tuple[str, ast.Call]]] = {}
    for where, call in speaking_calls():
        key = call.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.setdefault(key.value, []).append((where, call))
    return found


def keys_composed() -> set[str]:
    """Keys that a function takes from its own constants, and those of each reason to abstain and relation."""
    found = {f"why_{reason}" for reason in get_args(AbstentionReason)}
    found |= {f"told_{relation}" for relation in get_args(Relation)}
    found.add("why_no_name")  # said in the chat's words and in the terminal's
    for tree in trees().values():
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            says = [n for n in ast.walk(function) if isinstance(n, ast.Call) and name_of(n.func) in SPEAKERS]
            if any(call.args and not isinstance(call.args[0], ast.Constant) for call in says):
                found.update(s for s in strings_in(function) if s in TABLE)
    return found


def test_the_scan_sees_what_it_should() -> None:
    spoken = keys_spoken()
    assert {"file", "no_index", "date_format", "seeds_indexed", "question_set", "port_busy"} <= set(spoken)
    assert {"status_health", "disk_full", "why_below_threshold"} <= keys_composed()
    assert sum(len(calls) for calls in spoken.values()) > 30


def test_every_key_used_is_in_the_table() -> None:
    missing = {key: calls[0][0] for key, calls in keys_spoken().items() if key not in TABLE}
    assert missing == {}
    assert keys_composed() <= set(TABLE)


def test_no_key_of_the_table_is_unused() -> None:
    assert set(TABLE) - set(keys_spoken()) - keys_composed() == set()


def test_every_call_gives_the_values_of_its_message_and_no_others() -> None:
    wrong = {}
    for key, calls in keys_spoken().items():
        for where, call in calls:
            given = sorted(k.arg for k in call.keywords if k.arg is not None)
            if len(given) == len(call.keywords) and given != sorted(set(placeholders(TABLE[key][0]))):
                wrong[where] = (key, given)
    assert wrong == {}


@pytest.mark.parametrize("key", TABLE)
def test_both_languages_say_the_same_with_the_same_values(key: str) -> None:
    texts = TABLE[key]
    assert len(texts) == len(LANGUAGES) == 2
    assert sorted(set(placeholders(texts[0]))) == sorted(set(placeholders(texts[1])))
    for text in texts:
        assert text == text.strip() != ""
        assert "\n" not in text


@pytest.mark.parametrize("key", TABLE)
def test_french_puts_a_blank_before_high_punctuation_and_english_none(key: str) -> None:
    french, english = (text.replace("qa index", "") for text in TABLE[key])
    for sign in ";:?!%":
        at = [i for i, c in enumerate(french) if c == sign and not inside_braces(french, i)]
        assert all(french[i - 1] in " \xa0\u202f" for i in at), french
        assert f" {sign}" not in english


def inside_braces(text: str, at: int) -> bool:
    return text.rfind("{", 0, at) > text.rfind("}", 0, at)


def test_the_language_in_use() -> None:
    assert (messages.current(), say("file_empty")) == ("fr", "fichier vide")
    use("en")
    assert (messages.current(), say("file_empty")) == ("en", "empty file")


def test_two_users_of_a_server_read_each_their_own() -> None:
    read: list[str] = []
    turn = threading.Barrier(2, timeout=10)

    def user(language: Language) -> None:
        with speaking(language):
            turn.wait()
            read.append(say("file_empty"))
            turn.wait()
        read.append(say("file_empty"))

    users = [threading.Thread(target=user, args=(language,)) for language in LANGUAGES]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join()
    assert sorted(read[:2]) == ["empty file", "fichier vide"]
    assert read[2:] == ["fichier vide"] * 2
    assert say("file_empty") == "fichier vide"


def test_an_error_speaks_the_language_in_use_when_it_is_shown() -> None:
    error = BadDate("date_format", text="hier")
    assert str(error) == "date 'hier' : AAAA, AAAA-MM ou AAAA-MM-JJ attendu"
    use("en")
    assert str(error) == "date 'hier': expected YYYY, YYYY-MM or YYYY-MM-DD"
    assert (error.key, error.values) == ("date_format", {"text": "hier"})


def test_braces_in_values_are_left_alone() -> None:
    assert str(BadFile("/x/{n}.txt", "{reason}")) == "/x/{n}.txt : {reason}"
    assert str(BadQuestionSet("q.jsonl, ligne 2 : {}")) == "q.jsonl, ligne 2 : {}"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("nothing_of_the_kind")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "fr"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "vi_VN"}, "fr"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "POSIX"}, "fr"),
        ({"LANG": "en_GB", "LC_MESSAGES": "fr_CA"}, "fr"),
        ({"LANG": "fr_FR", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "fr_FR", "LC_MESSAGES": "fr_FR", "LC_ALL": "en_GB"}, "en"),
        ({"LANG": "EN_us", "LC_ALL": ""}, "en"),
    ],
)
def test_the_language_of_the_locale(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert from_locale() == language


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOENT, "ni fichier ni dossier de ce nom"),
        (errno.EACCES, "accès refusé"),
        (errno.EPERM, "accès refusé"),
        (errno.ENOSPC, "disque plein ; ce qui était enregistré le reste"),
        (errno.EISDIR, "de la part du système"),
    ],
)
def test_why_the_system_refused(code: int, reason: str) -> None:
    assert os_reason(OSError(code, "de la part du système")) == reason


def test_an_error_without_code_says_itself() -> None:
    assert os_reason(OSError("cassé")) == "cassé"
