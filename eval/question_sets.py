"""Question sets from files: our JSON lines, and SQuAD 1.1 and 2.0 JSON, each gzipped or not.

Called by ``qa eval``. Promises questions in the order of the files, their ids unique; raises
BadQuestionSet, one line that names the file, the place and the reason.

A line of a question set is ``{"id", "question", "answers": ["literal spans"]}`` and, if wanted, ``"lang"``
(default ``fr``), ``"doc"``, ``"context"``, ``"tags"``; ``answers: []`` means that nothing answers. Blank
lines and keys unknown to us are passed over. A question met again under its id with the same content
is read once; the same id with other content is an error; equal texts under different ids are all kept, for
predictions are joined by id.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from eval.wording import word
from qa.dates import PartialDate
from qa.errors import BadDate, BadQuestionSet
from qa.messages import os_reason
from qa.types import Question

_GZIP_MAGIC = b"\x1f\x8b"
_Placed = tuple[str, Question]


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read one question set; an empty file gives ``()``. Raises BadQuestionSet."""
    return read_question_sets([path])


def read_question_sets(paths: Iterable[Path]) -> tuple[Question, ...]:
    """Read several question sets as one, in order, ids unique over all. Raises BadQuestionSet."""
    return _unique(placed for path in paths for placed in _read(path))


def _unique(placed: Iterable[_Placed]) -> tuple[Question, ...]:
    first: dict[str, _Placed] = {}
    for where, question in placed:
        before, known = first.setdefault(question.id, (where, question))
        if _content(known) != _content(question):
            raise _bad(where, word("clash", id=question.id, before=before))
    return tuple(question for _, question in first.values())


def _content(question: Question) -> tuple[object, ...]:
    return question.question, question.answers, question.doc, question.context


def _read(path: Path) -> Iterator[_Placed]:
    text = _text(path)
    document = _whole(path, text)
    if isinstance(document, dict) and "data" in document:
        return _squad(str(path), document["data"])
    if document is not None and "\n" in text.strip():
        raise _bad(str(path), word("format"))
    return _lines(path, text)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP_MAGIC):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _bad(f"{path}:{line}", word("encoding")) from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _bad(str(path), word("gzip")) from None
    except OSError as error:
        raise _bad(str(path), os_reason(error)) from None


def _whole(path: Path, text: str) -> object:
    """Return the file as one JSON value, or None when it is lines of JSON."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # "Extra data" after a first value is what JSON lines look like, whatever the file is called.
        if ".jsonl" in path.suffixes or ".json" not in path.suffixes or error.msg == "Extra data":
            return None
        if not text.strip():
            return None
        raise _bad(f"{path}:{error.lineno}", _syntax(error)) from None
    except (ValueError, RecursionError):
        return None


# --- JSON lines


def _lines(path: Path, text: str) -> Iterator[_Placed]:
    # Not splitlines(): a JSON string may hold U+2028, which is no end of line here.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, _question(where, _object(where, line))


def _object(where: str, line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise _bad(where, _syntax(error)) from None
    except (ValueError, RecursionError):
        raise _bad(where, word("json")) from None
    return _mapping(where, value)


def _question(where: str, record: dict[str, object]) -> Question:
    return Question(
        id=_identifier(where, record),
        lang=_optional(where, record, "lang") or "fr",
        question=_string(where, record, "question"),
        answers=_strings(where, record, "answers"),
        doc=_optional(where, record, "doc"),
        context=_optional(where, record, "context"),
        tags=_strings(where, {"tags": [], **record}, "tags"),
        as_of=_date(where, record),
        edtf=_optional(where, record, "edtf"),
        relation=_optional(where, record, "relation"),
        earlier=_optional(where, record, "earlier"),
    )


def _date(where: str, record: dict[str, object]) -> PartialDate | None:
    text = _optional(where, record, "as_of")
    try:
        return None if text is None else PartialDate.parse(text)
    except BadDate as error:
        raise _bad(where, str(error)) from None


# --- SQuAD


def _squad(where: str, data: object) -> Iterator[_Placed]:
    for article_at, article in _items(f"{where}: data", data):
        for paragraph_at, paragraph in _items(f"{article_at}.paragraphs", article.get("paragraphs")):
            context = _string(paragraph_at, paragraph, "context")
            lang = _optional(article_at, article, "lang") or _language(context)
            for at, entry in _items(f"{paragraph_at}.qas", paragraph.get("qas")):
                yield at, _squad_question(at, entry, context, lang)


def _squad_question(where: str, entry: dict[str, object], context: str, lang: str) -> Question:
    found = [] if entry.get("is_impossible") else _items(f"{where}.answers", entry.get("answers", []))
    answers = [_string(at, answer, "text") for at, answer in found]
    return Question(
        id=_identifier(where, entry),
        lang=lang,
        question=_string(where, entry, "question"),
        answers=tuple(dict.fromkeys(answers)),
        context=context,
    )


def _language(context: str) -> str:
    """Return ``en`` or ``fr`` by the articles: SQuAD files name no language, and scoring needs one."""
    words = context.lower().split()
    return "en" if words.count("the") > sum(words.count(w) for w in ("le", "la", "les")) else "fr"


# --- values, checked


def _items(where: str, value: object) -> list[tuple[str, dict[str, object]]]:
    if not isinstance(value, list):
        raise _bad(where, word("list"))
    return [(f"{where}[{i}]", _mapping(f"{where}[{i}]", item)) for i, item in enumerate(value)]


def _mapping(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _bad(where, word("object"))
    return value


def _identifier(where: str, record: dict[str, object]) -> str:
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _string(where, record, "id")


def _string(where: str, record: dict[str, object], key: str) -> str:
    if key not in record:
        raise _bad(where, word("missing", key=key))
    return _checked(where, record[key], key)


def _optional(where: str, record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    return None if value is None else _checked(where, value, key)


def _strings(where: str, record: dict[str, object], key: str) -> tuple[str, ...]:
    if key not in record:
        raise _bad(where, word("missing", key=key))
    values = record[key]
    if not isinstance(values, list):
        raise _bad(where, word("not_list", key=key))
    return tuple(dict.fromkeys(_checked(where, value, key) for value in values))


def _checked(where: str, value: object, key: str) -> str:
    if not isinstance(value, str):
        raise _bad(where, word("not_text", key=key))
    if not value.strip():
        raise _bad(where, word("blank", key=key))
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise _bad(where, word("character", key=key))
    return value


def _syntax(error: json.JSONDecodeError) -> str:
    return word("syntax", column=error.colno, detail=error.msg)


def _bad(where: str, reason: str) -> BadQuestionSet:
    return BadQuestionSet(f"{where}: {reason}".replace("\n", " "))
