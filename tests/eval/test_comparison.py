"""Two runs side by side: joined by id, judged by F1, read back from what a report kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.comparison import RECORDS, as_json, compare, read_records
from eval.metrics.bootstrap import Interval
from eval.records import Record
from qa.errors import UserError

ONE = Record("1", "fr", (), "Quand ?", ("mai",), 1.0, "mai", "mai", 0.9, 0.9, em=1.0, f1=1.0)
TWO = replace(ONE, id="2", answer="juin", em=0.0, f1=0.0)
HALF = replace(TWO, f1=0.5)


def test_changes_are_those_of_f1_the_greatest_first() -> None:
    found = compare([ONE, TWO, replace(TWO, id="3")], [HALF, replace(ONE, id="3"), replace(ONE, f1=0.2)])
    assert [(c.after.id, c.gain) for c in found.better] == [("3", 1.0), ("2", 0.5)]
    assert [(c.after.id, c.gain) for c in found.worse] == [("1", -0.8)]
    assert (found.compared, found.apart) == (3, 0)


def test_the_same_twice_is_no_difference() -> None:
    found = compare([ONE, TWO], [TWO, ONE])
    assert found.em == found.f1 == Interval(0.0, 0.0, 0.0)
    assert found.better == found.worse == ()


def test_another_question_under_an_old_id_is_not_compared() -> None:
    found = compare([ONE, TWO], [ONE, replace(TWO, question="Où ?"), replace(TWO, answers=("mars",))])
    assert (found.compared, found.apart) == (1, 3)


def test_what_was_not_read_is_not_compared() -> None:
    searched = Record("1", "fr", (), "Quand ?", ("mai",), 1.0, ranks=(1,))
    found = compare([searched], [searched])
    assert (found.compared, found.em, found.f1) == (0, None, None)


def test_a_folder_without_a_report(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"records\.jsonl : ni fichier ni dossier"):
        read_records(tmp_path)


@pytest.mark.parametrize("content", [b"{}\n", b"[]\n", b"nothing\n", b'{"id": "1"}\n', b"\xff\xfe\n"])
def test_a_file_that_is_no_record(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RECORDS).write_bytes(content)
    with pytest.raises(UserError) as error:
        read_records(tmp_path)
    assert str(error.value).startswith(str(tmp_path / RECORDS))
    assert "\n" not in str(error.value)


def test_an_empty_run(tmp_path: Path) -> None:
    (tmp_path / RECORDS).write_bytes(b"")
    assert read_records(tmp_path) == ()


def test_a_comparison_in_json_says_what_changed() -> None:
    found = as_json(compare([ONE, TWO], [replace(ONE, answer="autre", f1=0.25, em=0.0), TWO]))
    assert json.loads(json.dumps(found))["worse"] == [
        {
            "id": ONE.id,
            "question": ONE.question,
            "before": ONE.answer,
            "after": "autre",
            "gain": pytest.approx(0.25 - (ONE.f1 or 0.0)),
        }
    ]
    assert (found["compared"], found["better"]) == (2, [])


def test_nothing_compared_in_json_has_no_interval() -> None:
    assert as_json(compare([], []))["f1"] is None
