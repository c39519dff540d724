"""Rough French out of the Spanish sets: Apertium translates, a tag carries the answer across.

Rules translate word by word and badly, but the tag stays on the words it stood on, so question, paragraph
and span stay aligned, which is what neural translation loses. With the English and Vietnamese versions of
the same questions (SQuAD, XQuAD) it is the only data that asks in those languages about French text.
Needs Debian's ``apertium-fr-es``, ``apertium-fra-cat`` and ``apertium-eng-cat`` on the path (Forcada et al.
2011, "Apertium: a free/open-source platform for rule-based machine translation").
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from qa.spans import trim
from qa.training.data import Example

FROM_SPANISH = ("es-fr",)
TO_ENGLISH = ("fra-cat", "cat-eng")
TO_SPANISH = ("fr-es",)
_AT_ONCE = 500
# What Spanish puts before a noun and Apertium moves into the tag: "de <b>Francia</b>", "<b>de la France</b>".
_LINKING = re.compile(r"(?:de la |de l['’]|de |d['’]|du |des |à la |à l['’]|à |au |aux )", re.IGNORECASE)


def translate(examples: Sequence[Example]) -> list[Example]:
    """Spanish examples in rough French; those whose answer came apart are left out.

    Raises FileNotFoundError without Apertium, CalledProcessError if it fails and ValueError if it loses
    one of them.
    """
    made: list[Example] = []
    for at in range(0, len(examples), _AT_ONCE):
        group = examples[at : at + _AT_ONCE]
        lines = _through(FROM_SPANISH, "\n".join(_marked(e) for e in group))
        found = re.findall(r"<h2>(.*?)</h2>\s*<p>(.*?)</p>", lines, re.DOTALL)
        made += [f for e, (q, c) in zip(group, found, strict=True) if (f := _read(e, q, c))]
    return made


def translate_questions(questions: Sequence[str], through: Sequence[str]) -> list[str]:
    """Questions by Apertium's modes in turn, the last one's language: rough, but with that language's words.

    Raises FileNotFoundError, CalledProcessError and ValueError as ``translate``.
    """
    lines = "\n".join(f"<p>{html.escape(_one_line(q), quote=False)}</p>" for q in questions)
    found = re.findall(r"<p>(.*?)</p>", _through(through, lines), re.DOTALL)
    return [_one_line(html.unescape(t)) for _, t in zip(questions, found, strict=True)]


def _through(modes: Sequence[str], lines: str) -> str:
    for mode in modes:
        command = ["apertium", "-u", "-f", "html", mode]
        lines = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    return lines


def save(examples: Sequence[Example], path: Path) -> None:
    """Write one JSON object a line."""
    lines = (json.dumps(asdict(e), ensure_ascii=False) for e in examples)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def load_translated(path: Path) -> list[Example]:
    """Read what ``save`` wrote."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Example(**{**r, "answers": tuple((s, e) for s, e in r["answers"])}) for r in rows]


def _marked(example: Example) -> str:
    context = html.escape(example.context, quote=False)
    for start, end in example.answers[:1]:
        parts = example.context[:start], example.context[start:end], example.context[end:]
        before, answer, after = (html.escape(p, quote=False) for p in parts)
        context = f"{before}<b>{answer}</b>{after}"
    return f"<h2>{html.escape(example.question, quote=False)}</h2><p>{_one_line(context)}</p>"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read(example: Example, question: str, context: str) -> Example | None:
    question, parts = _one_line(html.unescape(question)), re.split(r"</?b>", _one_line(context))
    texts = [html.unescape(p) for p in parts]
    if len(texts) != (3 if example.answers else 1):
        return None
    made = replace(example, id=f"{example.id}#fr", lang="fr", question=question, context="".join(texts))
    if not example.answers:
        return made
    start, end = len(texts[0]), len(texts[0]) + len(texts[1])
    linking = _LINKING.match(texts[1])
    span = trim(made.context, start + (linking.end() if linking else 0), end)
    return replace(made, answers=(span,)) if span else None
