"""The index in words, in both languages; the style sheet."""

from __future__ import annotations

from importlib.resources import files

from qa.messages import speaking
from qa.rendering.state import progress_html, report_html, report_in_words, state_html, status_in_words
from qa.types import Failure, IndexReport, IndexStatus, Progress
from tests.qa.pages import Seen


def test_status_in_words() -> None:
    def words(dispatches: int, earliest: str | None, latest: str | None) -> str:
        return status_in_words(IndexStatus("", dispatches, 9, earliest, latest, "", "", 1, True))

    assert words(0, None, None) == "Aucune dépêche"
    assert words(1, None, None) == "1 dépêche"
    assert words(1, "2025-05", "2025-05") == "1 dépêche, mai 2025"
    assert words(1234, "2025-03", "2025-05-19") == "1\u202f234 dépêches, de mars au 19 mai 2025"
    assert words(2, "2025-04", "2025-10") == "2 dépêches, d’avril à octobre 2025"
    assert words(2, "2025-05-19", "2026") == "2 dépêches, du 19 mai 2025 à 2026"
    assert words(2, "2024-03", "2025-05") == "2 dépêches, de mars 2024 à mai 2025"


def test_report_names_what_happened_and_each_failure() -> None:
    report = IndexReport(1, 2, 3, 1, failures=(Failure("a.txt", "vide"), Failure("b.txt", "illisible")))
    assert report_in_words(report) == (
        "Index à jour\u00a0: 1 dépêche ajoutée, 2 dépêches remplacées, 3 dépêches inchangées,"
        " 1 dépêche retirée, 2 échecs."
    )
    assert "a.txt\u00a0: vide" in Seen(report_html(report)).text
    assert "b.txt\u00a0: illisible" in Seen(report_html(report)).text


def test_report_leaves_out_what_did_not_happen() -> None:
    assert report_in_words(IndexReport(unchanged=2)) == "Index à jour\u00a0: 2 dépêches inchangées."
    assert report_in_words(IndexReport()) == "Index à jour\u00a0: aucune dépêche."
    assert "<ul>" not in report_html(IndexReport(unchanged=2))


def test_progress() -> None:
    assert "Lecture du dossier" in progress_html(None)
    assert "Lecture du dossier" in progress_html(Progress(0, 0))
    page = progress_html(Progress(12, 40))
    assert ("value", "12") in Seen(page).attributes
    assert ("max", "40") in Seen(page).attributes
    assert "12 sur 40 dépêches" in page
    assert "1 sur 1 dépêche<" in progress_html(Progress(2, 1))


def test_the_state_in_english() -> None:
    with speaking("en"):
        assert status_in_words(IndexStatus("", 1234, 9, "2025-03", "2025-05-19", "", "", 1, True)) == (
            "1,234 dispatches, from March to 19 May 2025"
        )
        assert report_in_words(IndexReport(added=1, unchanged=2)) == (
            "Index up to date: 1 dispatch added, 2 dispatches unchanged."
        )
        assert report_in_words(IndexReport()) == "Index up to date: no dispatch."
    assert "1 dépêche" in state_html(IndexStatus("", 1, 9, None, None, "", "", 1, True))


def test_style_asks_for_nothing_from_elsewhere() -> None:
    style = files("qa.rendering").joinpath("style.css").read_text(encoding="utf-8")
    assert "@import" not in style
    assert "url(" not in style
    assert "//" not in style
