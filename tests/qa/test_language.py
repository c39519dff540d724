"""The language probe: a logistic regression on a question's vector, kept in a file of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.onnx_embedder import DEFAULT_MODEL, OnnxEmbedder
from qa.errors import ModelProblem
from qa.language import FILE, LanguageProbe

PROBE = LanguageProbe(np.array([2.0, 0.0, -1.0], np.float32))


def test_the_log_odds_are_linear_in_the_vector() -> None:
    assert PROBE.log_odds(np.array([[0.5, 9.0]], np.float32)) == pytest.approx(0.0)
    assert PROBE.log_odds(np.array([[1.0, 0.0]], np.float32)) == pytest.approx(1.0)
    assert PROBE.log_odds(np.array([[-3.0, 0.0]], np.float32)) == pytest.approx(-7.0)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    PROBE.save(tmp_path / FILE)
    assert LanguageProbe.load(tmp_path / FILE).weights.tolist() == PROBE.weights.tolist()


@pytest.mark.parametrize("content", [b"", b"text", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_a_model_problem_that_names_it(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ModelProblem, match=FILE):
        LanguageProbe.load(tmp_path / FILE)


def test_a_file_of_another_shape_is_a_model_problem_that_states_both(tmp_path: Path) -> None:
    np.save(tmp_path / FILE, np.zeros((2, 2)))
    with pytest.raises(ModelProblem, match=r"float64 \(2, 2\), not float32"):
        LanguageProbe.load(tmp_path / FILE)


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("Qui a présidé la séance d'ouverture du conseil ?", False),
        ("Combien d'habitants compte la ville de Lyon ?", False),
        ("When was the bridge opened to the public?", True),
        ("Cây cầu được khánh thành khi nào?", True),
        ("Wann wurde die Brücke eröffnet?", True),
        ("¿Cuándo se inauguró el puente?", True),
        ("这座桥是什么时候开通的？", True),
        ("متى افتتح الجسر؟", True),
    ],
)
def test_the_shipped_probe_tells_languages_that_it_was_not_shown_too(question: str, foreign: bool) -> None:
    probe = LanguageProbe.load(DEFAULT_MODEL / FILE)
    assert (probe.log_odds(OnnxEmbedder().embed_queries([question])) > 0) is foreign
