"""The report on disk: figures, bins, and the worst errors."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from eval.comparison import compare, read_records
from eval.page import as_page
from eval.records import Evaluation, Record
from eval.report import as_markdown, draw, worst_errors, write_report
from eval.summary import summarise
from qa.errors import UserError

GOOD = Record("good", "fr", ("when",), "Quand ?", ("mai",), 1.0, "mai", "mai", 0.95, 0.95, em=1.0, f1=1.0)
WRONG = replace(
    GOOD, id="wrong", answer="juin", best="juin", best_confidence=0.9, confidence=0.9, em=0.0, f1=0.0
)
SHY = replace(GOOD, id="shy", answer=None, best="mai", best_confidence=0.4, confidence=0.6, em=0.0, f1=0.0)
FOOLED = replace(WRONG, id="fooled", answers=(), best_confidence=0.7, confidence=0.7)
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


def test_errors_show_what_was_asked_expected_given_and_read() -> None:
    read = replace(WRONG, question="Quand *donc* ?", passage="Le texte, lu en\njuin.")
    text = as_markdown(run(GOOD, read, FOOLED, SHY))
    assert text.split("## Erreurs les plus graves\n\n")[1] == (
        "### Quand \\*donc\\* ?\n\n`wrong`\n\n- Attendu : mai\n"
        "- Donné : juin (confiance 90,0\u00a0%, F1 0,0\u00a0%)\n\n> Le texte, lu en juin.\n\n"
        "### Quand ?\n\n`fooled`\n\n- Attendu : (pas de réponse attendue)\n"
        "- Donné : juin (confiance 70,0\u00a0%, F1 0,0\u00a0%)\n\n"
        "### Quand ?\n\n`shy`\n\n- Attendu : mai\n"
        "- Donné : (abstention) mai (confiance 60,0\u00a0%, F1 0,0\u00a0%)\n"
    )


def test_errors_of_a_search_show_ranks() -> None:
    text = as_markdown(Evaluation("retrieval", (FAR, LOST, FOUND)), "en")
    assert text.split("## Worst errors\n\n")[1] == (
        "### Où ?\n\n`lost`\n\n- Expected: Vienne\n- Given: (absent)\n\n"
        "### Où ?\n\n`far`\n\n- Expected: Vienne\n- Given: rank 4\n"
    )


def test_reliability_bins() -> None:
    rows = section(as_markdown(run(GOOD, WRONG, FOOLED, SHY), "en"), "Reliability of the confidence")
    assert rows[2:] == [
        "| 50.0% – 60.0% | 1 | 60.0% | 0.0% |",
        "| 60.0% – 70.0% | 1 | 70.0% | 0.0% |",
        "| 80.0% – 90.0% | 1 | 90.0% | 0.0% |",
        "| 90.0% – 100.0% | 1 | 95.0% | 100.0% |",
    ]


def test_a_cell_stays_a_cell() -> None:
    changed = compare([WRONG], [replace(WRONG, answer="a | b\n<b>c</b> \\", f1=0.5)])
    text = as_markdown(run(WRONG), "fr", changed)
    assert "| a \\| b &lt;b>c&lt;/b> \\\\ |" in text


def test_risk_is_told_where_shares_of_the_questions_are_answered() -> None:
    rows = section(as_markdown(run(GOOD, WRONG, FOOLED, SHY), "en"), "Risk and coverage")
    assert rows[2:] == [
        "| 25.0% | 0.0% | 95.0% |",
        "| 50.0% | 50.0% | 90.0% |",
        "| 75.0% | 66.7% | 70.0% |",
        "| 100.0% | 50.0% | 40.0% |",
    ]


def test_what_changed_since_an_earlier_run() -> None:
    better = replace(SHY, answer="mai", f1=1.0, em=1.0)
    text = as_markdown(run(GOOD, better), "fr", compare([GOOD, SHY], [GOOD, better]))
    assert section(text, "Depuis l'évaluation précédente")[2:] == [
        "| EM | 50,0\u00a0% | 0,0\u00a0% … 100,0\u00a0% | 1 | 0 |",
        "| F1 | 50,0\u00a0% | 0,0\u00a0% … 100,0\u00a0% | 1 | 0 |",
    ]
    assert "### Mieux (1)\n\n| id | Question | Avant | Après | F1 |" in text
    assert "| shy | Quand ? | (abstention) mai | mai | 0,0\u00a0% → 100,0\u00a0% |" in text
    assert "### Moins bien" not in text
    same = as_markdown(run(GOOD), "fr", compare([GOOD], [GOOD, FOOLED]))
    assert "1 questions comparées, 1 dans une seule des deux.\n\nRien n'a changé." in same


def test_the_page_holds_its_pictures_and_runs_nothing() -> None:
    evaluation = run(GOOD, replace(WRONG, question="<script>alert(1)</script>"))
    pictures = draw(evaluation, "fr")
    page = as_page(as_markdown(evaluation), "Évaluation", "fr", pictures)
    assert re.findall(r'src="([^",]+)', page) == ["data:image/svg+xml;base64"] * 3
    assert "<script" not in page
    assert "&lt;script>" in page.replace("&gt;", ">")
    assert '<html lang="fr">' in page
    assert "<table>" in page


def test_pictures_are_the_same_for_the_same_run_and_say_what_they_show() -> None:
    evaluation = run(GOOD, WRONG, FOOLED, SHY)
    pictures = draw(evaluation, "en")
    assert pictures == draw(evaluation, "en")
    assert list(pictures) == ["reliability.svg", "risk.svg", "latency.svg"]
    assert "Stated confidence" in pictures["reliability.svg"]
    assert "Share of the answers wrong" in pictures["risk.svg"]
    assert "Time of an answer (ms)" in pictures["latency.svg"]
    assert list(draw(Evaluation("retrieval", (FAR,)), "fr")) == ["latency.svg"]


def test_the_worst_errors_are_kept_for_the_chat(tmp_path: Path) -> None:
    write_report(tmp_path, run(GOOD, WRONG, SHY))
    first, second = json.loads((tmp_path / "errors.json").read_text(encoding="utf-8"))
    assert first["question"] == WRONG.question
    assert (first["given"], first["expected"]) == (WRONG.answer, list(WRONG.answers))
    assert (second["given"], second["best"], second["confidence"]) == (None, SHY.best, SHY.confidence)


def test_nothing_to_report() -> None:
    text = as_markdown(run())
    assert section(text, "Erreurs les plus graves") == ["Aucune erreur."]
    assert draw(run(), "fr") == {}
    assert section(text, "Fiabilité de la confiance") == ["Aucune confiance à juger."]
    assert section(text, "Par étiquette") == ["–"]


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    write_report(folder, run(GOOD))
    evaluation = run(GOOD, WRONG, FAR)
    path = write_report(folder, evaluation)
    assert path == folder / "report.md"
    assert path.read_text(encoding="utf-8") == as_markdown(evaluation)
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == summarise(evaluation.records)
    assert read_records(folder) == evaluation.records
    linked = re.findall(r"\]\((.*?)\)", path.read_text(encoding="utf-8"))
    assert [(folder / name).exists() for name in linked] == [True] * 3
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"file : File exists"):
        write_report(tmp_path / "file", run())
