"""Questions written by hand about the press sample, the paragraphs of ``train.fr`` and invented dispatches.

Rules make questions that keep to their sentence; these ask as somebody who has not seen it, in French,
Vietnamese and English, and some ask what their paragraph does not say. They were written for this project
by a large language model reading paragraph by paragraph. ``questions/`` holds the questions and where their
answers lie. The paragraphs are those of ``../shared/data``, none of whose text is here, and those of
``dispatches.jsonl``, which the same model invented.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embeddings.building.texts import read_rows
from qa.training.data import Example, load_examples

QUESTIONS = Path(__file__).parent / "questions"
HELD_OUT, UNREAD = "calibration.tsv", "test.tsv"
"""To calibrate on, and to report on. No written question about their articles was trained on; questions that
rules made out of the press sample (``parsed``, ``cloze``, ``press``) are about all of its articles.
"""
PRESS_ID = "orangesum-"
"""What the articles of the press sample are called by begins so."""
INVENTED_IDS = ("inv", "sto")
"""What invented dispatches are called by begins so; the invented paragraphs of an encyclopedia do not."""
TRAINED_ON = "train.*.tsv"
_INVENTED = QUESTIONS / "dispatches.jsonl"
_COLUMNS = 5
# The press sample lost its paragraph breaks: a sentence ends and the next begins without a blank.
_GLUED = re.compile(r"(?:(?<=[a-zà-ÿ0-9»\"%)][.!?…])|(?<=[.!?…][\"»]))(?=[A-ZÀ-ÖØ-Þ«])")


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is asked about, and the title it stands under."""

    title: str
    text: str


def spaced(text: str) -> str:
    """The text with a blank after each sentence, and one blank for many."""
    return " ".join(_GLUED.sub(" ", text).split())


def paragraph_key(context: str) -> str:
    """What a paragraph of the reader data goes by: the start of its SHA-256."""
    return hashlib.sha256(context.encode()).hexdigest()[:12]


def sources(data: Path) -> dict[str, Source]:
    """Articles of the press sample and invented paragraphs by their id, those of ``train.fr`` by their key.

    Raises OSError.
    """
    press = read_rows(data / "corpus/press_sample.jsonl.gz")
    paragraphs = {e.context: e.title for e in load_examples(data / "reader/train.fr.jsonl.gz")}
    known = {paragraph_key(c): Source(title, c) for c, title in paragraphs.items()}
    known |= {row["id"]: Source(row["title"], spaced(row["text"])) for row in press}
    invented = map(json.loads, _INVENTED.read_text(encoding="utf-8").splitlines())
    return known | {row["id"]: Source(row["title"], row["text"]) for row in invented}


def load_written(path: Path, known: Mapping[str, Source]) -> list[Example]:
    """The examples of one file of ``questions/``.

    A line has five fields between tabs: source, the paragraph's characters in it ("120-640"), language,
    question, the answer's characters in the paragraph, or "-". Raises KeyError for an unknown source and
    ValueError for a line of other fields or with characters that its text does not have.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_example(f"{path.stem}:{n}", line, known) for n, line in enumerate(lines)]


def _example(name: str, line: str, known: Mapping[str, Source]) -> Example:
    fields = line.split("\t")
    if len(fields) != _COLUMNS:
        raise ValueError(f"{name}: {len(fields)} fields instead of {_COLUMNS}")
    source, paragraph, lang, question, answer = fields
    one = known[source]
    start, end = _range(name, paragraph, one.text)
    context = one.text[start:end]
    answers = () if answer == "-" else (_range(name, answer, context),)
    return Example(name, lang, one.title, context, question, answers)


def _range(name: str, characters: str, text: str) -> tuple[int, int]:
    start, end = (int(n) for n in characters.split("-"))
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{name}: characters {characters} of a text of {len(text)}")
    return start, end
