"""The tab of dispatches without a browser: its list, what is added and what is taken out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from stand_ins import StandInIndexer, StandInPipeline

from chat.shelf import PAGE, Shelf
from qa.archive import Wanted
from qa.dates import PartialDate, Period
from qa.errors import IndexLocked
from qa.library import Library
from qa.scope import Scope
from qa.types import IndexReport, Progress, ProgressSink

FRENCH, ENGLISH = (gr.Request(headers={"accept-language": tag}) for tag in ("fr", "en"))


def test_a_page_of_the_list(shelf: Shelf, pipeline: StandInPipeline) -> None:
    html, before, after = shelf.browse("hanoï", "vna", "2025-04", "", 1, FRENCH)
    wanted = Wanted("hanoï", Scope(Period(PartialDate(2025, 4)), "vna"))
    assert pipeline.wanted == [(wanted, PAGE)]
    assert "21 à 40 sur 45 dépêches" in html
    assert "Dépêche &lt;20&gt;" in html
    assert (before["interactive"], after["interactive"]) == (True, True)
    last, _, after = shelf.browse("", "", "", "", 2, ENGLISH)
    assert "41 to 45 of 45 dispatches" in last
    assert after["interactive"] is False


def test_a_date_that_is_none_is_a_line(shelf: Shelf, pipeline: StandInPipeline) -> None:
    html, before, after = shelf.browse("", "", "hier", "", 0, FRENCH)
    assert "attendu" in html
    assert pipeline.wanted == []
    assert not before["interactive"]
    assert not after["interactive"]


def test_what_was_dropped_is_told_before_it_is_stored(shelf: Shelf, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.txt", tmp_path / "b.jpg"
    good.write_text("date 2025-05 Un <titre>\n\nTexte.", encoding="utf-8")
    bad.write_bytes(b"x")
    html, button = shelf.understand([str(good), str(bad)], FRENCH)
    assert "Un &lt;titre&gt;" in html
    assert "b.jpg\u00a0: fichiers .txt attendus" in html
    assert button["interactive"] is True
    assert shelf.understand([str(bad)], FRENCH)[1]["interactive"] is False
    assert shelf.understand(None, FRENCH)[0] == ""
    assert not shelf.library.folder.exists()


def test_what_is_added_is_indexed_with_its_progress(
    shelf: Shelf, indexer: StandInIndexer, tmp_path: Path
) -> None:
    good = tmp_path / "a.txt"
    good.write_text("date 2025-05 Titre\n\nTexte.", encoding="utf-8")
    *running, (outcome, understood, files, _) = shelf.add([str(good)], ENGLISH)
    assert all("<progress" in html for html, *_ in running)
    assert "1 dispatch added" in outcome
    assert "Titre" in understood
    assert files is None
    assert indexer.ran == [[shelf.library.folder]]


def test_renewing_shows_the_latest_progress_only(pipeline: StandInPipeline, tmp_path: Path) -> None:
    class Busy(StandInIndexer):
        def run(self, paths: Any, progress: ProgressSink | None = None, **_: Any) -> IndexReport:
            assert progress is not None
            for done in range(1000):
                progress(Progress(done, 1000))
            return IndexReport(added=1000)

    shelf = Shelf(pipeline, Library(tmp_path, (), Busy))  # type: ignore[arg-type]
    *running, (outcome, button) = shelf.renew(FRENCH)
    assert len(running) < 1000
    assert all(update["interactive"] is False for _, update in running)
    assert "1\u202f000 dépêches ajoutées" in outcome
    assert button["interactive"] is True


def test_renewing_that_fails_gives_a_line_and_the_button_back(
    pipeline: StandInPipeline, tmp_path: Path
) -> None:
    class Locked(StandInIndexer):
        def run(self, *_: Any, **__: Any) -> IndexReport:
            raise IndexLocked("index_locked", folder="ici", pid=7)

    shelf = Shelf(pipeline, Library(tmp_path, (), Locked))  # type: ignore[arg-type]
    *_, (outcome, button) = shelf.renew(ENGLISH)
    assert "process 7" in outcome
    assert button["interactive"] is True


@pytest.mark.parametrize(
    ("inside", "said"), [(True, "1 dépêche retirée"), (False, "hors du dossier du chat")]
)
def test_only_what_lies_in_the_folder_is_taken_out(
    shelf: Shelf, pipeline: StandInPipeline, tmp_path: Path, inside: bool, said: str
) -> None:
    path = (shelf.library.folder if inside else tmp_path) / "a.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("texte", encoding="utf-8")
    pipeline.paths["d"] = [str(path)]
    assert said in shelf.remove(gr.EventData(None, {"dispatch": "d"}), FRENCH)
    assert path.exists() is not inside
