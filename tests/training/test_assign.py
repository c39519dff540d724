"""Pairing questions with spans: what stands out is kept, what is unsure is not, a stopped run goes on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa.spans import Logits
from qa.training.assign import Paragraph, Rule, assign, load_assigned, load_paragraphs, pair, scores
from qa.windows import Window
from tests.qa.hand import word_tokenizer

RULE = Rule(share=0.7, margin=-4.0, null=-12.0, uses=1)
CONTEXT = "Born in Houston, Texas, she left the group in 2003."


def test_what_stands_out_is_kept_and_the_rest_is_left():
    margins = np.array([[5.0, -1.0], [2.0, 1.9], [-13.0, -20.0], [-6.0, -20.0]])
    assert pair(margins, RULE) == [0, None, -1, None]


def test_a_span_answers_no_more_questions_than_allowed_the_surest_first():
    margins = np.array([[4.0, 1.0], [9.0, 1.0]])
    assert pair(margins, RULE) == [None, 0]
    assert pair(margins, Rule(uses=2)) == [0, 0]


def test_a_paragraph_without_spans_pairs_nothing():
    assert pair(np.zeros((2, 0)), RULE) == [None, None]


class AtWord:
    """A span model that points at the token whose id the question's first token asks for."""

    def __init__(self) -> None:
        self.asked = 0

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        self.asked += len(windows)
        made = []
        for window in windows:
            values = np.where(window.ids == window.ids[1], 8.0, -8.0).astype(np.float32)
            values[: window.context_at] = 0.0
            made.append((values, values))
        return made


TOKENIZER = word_tokenizer(CONTEXT, "2003. Houston, nobody ?")


def test_margins_are_of_the_whole_span_above_null():
    at = CONTEXT.index("2003.")
    paragraph = Paragraph("p", CONTEXT, ("2003. ?", "nobody ?"), ((at, at + 5), (8, 15)))
    (found,) = scores([paragraph], TOKENIZER, AtWord())
    np.testing.assert_allclose(found, [[16, -16], [-16, -16]])


@pytest.fixture
def unaligned(tmp_path: Path) -> Path:
    path = tmp_path / "unaligned.jsonl.gz"
    spans = [{"text": "Houston,", "start": 8}, {"text": "2003", "start": CONTEXT.index("2003")}]
    row = {"context": CONTEXT, "questions": ["Houston, ?", "nobody ?"], "spans": spans}
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write(f"{json.dumps(row)}\n" * 20)
    return path


def test_spans_are_cut_as_answers_are(unaligned: Path):
    first, *others = load_paragraphs(unaligned)
    assert [CONTEXT[s:e] for s, e in first.spans] == ["Houston", "2003"]
    assert len(others) == 19


def test_a_stopped_run_goes_on_where_it_stopped(unaligned: Path, tmp_path: Path):
    out, model = tmp_path / "assigned.jsonl", AtWord()
    assign(unaligned, TOKENIZER, model, out, RULE, lambda _line: None)
    whole, asked = out.read_text(), model.asked
    assert [e.question for e in load_assigned(out)][:2] == ["Houston, ?", "nobody ?"]
    assert [CONTEXT[s:e] for s, e in load_assigned(out)[0].answers] == ["Houston"]
    assert load_assigned(out)[1].answers == ()
    out.write_text("".join(whole.splitlines(keepends=True)[:16]))
    assign(unaligned, TOKENIZER, model, out, RULE, lambda _line: None)
    assert out.read_text() == whole
    assert model.asked == asked + 8
