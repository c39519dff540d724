"""The report on disk: figures, bins, and the worst errors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.records import Evaluation, Record
from eval.report import as_markdown, worst_errors, write_report
from eval.summary import summarise
from qa.errors import UserError

GOOD = Record("good", "fr", ("when",), "Quand ?", ("mai",), 1.0, "mai", "mai", 0.95, 0.95, em=1.0, f1=1.0)
WRONG = replace(GOOD, id="wrong", answer="juin", best="juin", confidence=0.9, em=0.0, f1=0.0)
SHY = replace(GOOD, id="shy", answer=None, best="mai", confidence=0.6, em=0.0, f1=0.0)
FOOLED = replace(WRONG, id="fooled", answers=(), confidence=0.7)
FOUND = Record("found", "fr", (), "Où ?", ("Vienne",), 1.0, ranks=(1, 4))
FAR = replace(FOUND, id="far", ranks=(4, 9))
LOST = replace(FOUND, id="lost", ranks=())


def run(*records: Record) -> Evaluation:
    return Evaluation("ask", records)


def section(text: str, title: str) -> list[str]:
    return text.split(f"## {title}\n\n")[1].split("\n\n")[0].splitlines()


def test_worst_are_the_most_confident_errors() -> None:
    assert worst_errors([SHY, GOOD, FOOLED, WRONG]) == [WRONG, FOOLED, SHY]
    assert worst_errors([SHY, FOOLED, WRONG], limit=2) == [WRONG, FOOLED]
    assert len(worst_errors([WRONG] * 30)) == 20


def test_equally_confident_errors_go_by_f1() -> None:
    near = replace(WRONG, id="near", f1=0.4)
    assert worst_errors([near, WRONG]) == [WRONG, near]


def test_a_search_errs_by_rank() -> None:
    assert worst_errors([FAR, FOUND, LOST]) == [LOST, FAR]


def test_errors_show_what_was_asked_expected_and_given() -> None:
    rows = section(as_markdown(run(GOOD, WRONG, FOOLED, SHY)), "Erreurs les plus graves")
    assert rows == [
        "| id | Question | Attendu | Donné | Confiance | F1 |",
        "| --- | --- | --- | --- | --- | --- |",
        "| wrong | Quand ? | mai | juin | 90,0\u00a0% | 0,0\u00a0% |",
        "| fooled | Quand ? | (pas de réponse attendue) | juin | 70,0\u00a0% | 0,0\u00a0% |",
        "| shy | Quand ? | mai | (abstention) mai | 60,0\u00a0% | 0,0\u00a0% |",
    ]


def test_errors_of_a_search_show_ranks() -> None:
    rows = section(as_markdown(Evaluation("retrieval", (FAR, LOST, FOUND)), "en"), "Worst errors")
    assert rows[2:] == [
        "| lost | Où ? | Vienne | (absent) | – | – |",
        "| far | Où ? | Vienne | rank 4 | – | – |",
    ]


def test_reliability_bins() -> None:
    rows = section(as_markdown(run(GOOD, WRONG, FOOLED, SHY), "en"), "Reliability of the confidence")
    assert rows[2:] == [
        "| 50.0% – 60.0% | 1 | 60.0% | 0.0% |",
        "| 60.0% – 70.0% | 1 | 70.0% | 0.0% |",
        "| 80.0% – 90.0% | 1 | 90.0% | 0.0% |",
        "| 90.0% – 100.0% | 1 | 95.0% | 100.0% |",
    ]


def test_a_cell_stays_a_cell() -> None:
    text = as_markdown(run(replace(WRONG, question="a | b\n<b>c</b> \\")))
    assert "| a \\| b &lt;b>c&lt;/b> \\\\ |" in text


def test_nothing_to_report() -> None:
    text = as_markdown(run())
    assert section(text, "Erreurs les plus graves") == ["Aucune erreur."]
    assert section(text, "Fiabilité de la confiance") == ["Aucune confiance à juger."]
    assert section(text, "Par étiquette") == ["–"]


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    write_report(folder, run(GOOD))
    evaluation = run(GOOD, WRONG)
    path = write_report(folder, evaluation)
    assert path == folder / "report.md"
    assert path.read_text(encoding="utf-8") == as_markdown(evaluation)
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == summarise(evaluation.records)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"file : File exists"):
        write_report(tmp_path / "file", run())
