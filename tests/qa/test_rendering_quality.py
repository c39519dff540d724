"""Quality as HTML: the figures that a report has, and how to have one."""

from __future__ import annotations

import json
import os
from pathlib import Path

from qa.judgements import Judgement
from qa.rendering.quality import figures_html, judge_html, judged_html, last_evaluation
from tests.qa.pages import EVIL, Seen


def report(folder: Path, summary: object, at: int = 0) -> Path:
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    os.utime(folder / "summary.json", (at, at))
    return folder


def test_the_newest_report_that_can_be_read_is_shown(tmp_path: Path) -> None:
    old, new = report(tmp_path / "a", {"n": 1}, 10), report(tmp_path / "b", {"n": 2}, 20)
    broken, other = report(tmp_path / "c", {}, 30), report(tmp_path / "d", [], 40)
    (broken / "summary.json").write_text("{")
    found = last_evaluation([old, tmp_path / "rien", new, broken, other])
    assert found is not None
    assert (found.folder, found.plots) == (new, {})


def test_figures_and_plots(tmp_path: Path) -> None:
    folder = report(tmp_path / "a", {"n": 241, "answerable": {"f1": 0.7496}, "ece": None, "abstention": 3})
    (folder / "risk.svg").write_bytes(b"<svg/>")
    seen = Seen(figures_html(last_evaluation([folder]), folder))
    assert "F1 (avec réponse)75,0\u202f%" in seen.text
    assert seen.tags.count("dd") == 2
    assert ("src", "data:image/svg+xml;base64,PHN2Zy8+") in seen.attributes


def test_the_worst_errors_are_listed_with_what_was_expected_given_and_read(tmp_path: Path) -> None:
    folder = report(tmp_path / "a", {"n": 3})
    errors = [
        {
            "question": EVIL,
            "expected": ["Hanoï", "à Hanoï"],
            "given": "Vienne",
            "confidence": 0.876,
            "passage": EVIL,
        },
        {
            "question": "Qui ?",
            "expected": [],
            "given": None,
            "best": None,
            "confidence": None,
            "passage": None,
        },
        {
            "question": "Où ?",
            "expected": ["Hué"],
            "given": None,
            "best": "Hué",
            "confidence": 0.6,
            "passage": ".",
        },
    ]
    (folder / "errors.json").write_text(json.dumps([*errors, "?"]), encoding="utf-8")
    seen = Seen(figures_html(last_evaluation([folder]), folder))
    assert "Erreurs les plus graves (3)" in seen.text
    assert "AttenduHanoï / à HanoïDonnéVienne (confiance 88\u202f%)" in seen.text
    assert "Attenduaucune réponse dans les dépêchesDonnéabstention" in seen.text
    assert "abstention\u00a0; trouvé\u00a0: «\u00a0Hué\u00a0»" in seen.text
    assert seen.text.count(EVIL) == 2


def test_broken_errors_do_not_hide_the_figures(tmp_path: Path) -> None:
    folder = report(tmp_path / "a", {"n": 3})
    for broken in ("{", "{}"):
        (folder / "errors.json").write_text(broken, encoding="utf-8")
        found = last_evaluation([folder])
        assert found is not None
        assert (found.summary, found.errors) == ({"n": 3}, [])


def test_without_a_report_the_command_is_told(tmp_path: Path) -> None:
    assert f"--report {tmp_path}" in Seen(figures_html(last_evaluation([tmp_path]), tmp_path)).text


def test_judgements_are_counted(tmp_path: Path) -> None:
    text = Seen(judged_html([Judgement("a", "right"), Judgement("b", "wrong")], tmp_path / EVIL)).text
    assert "2 avis, dont 1 favorables" in text
    assert EVIL in text


def test_each_field_has_its_label() -> None:
    seen = Seen(judge_html())
    assert seen.tags.count("label") == seen.tags.count("input") == 2
