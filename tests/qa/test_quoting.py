"""References in press style."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.blocks import agency
from qa.messages import speaking
from qa.quoting import quotation, reference
from qa.types import Dispatch
from tests.qa.pages import citation

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Un texte.- VNA/VI", "VNA"),
        ("Un texte.-VNA/CVN\n", "VNA"),
        ("Un texte. (AFP)", "AFP"),
        ("Un texte.\n\nAFP", "AFP"),
        ("Un texte. – REUTERS.", "REUTERS"),
        ("Un accord avec l'ONU", None),
        ("Un accord. L'ONU l'a dit à l'AIEA.", None),
        ("VNA a dit.\n\nRien de plus.", None),
        ("", None),
    ],
)
def test_the_agency_that_signs(body: str, name: str | None) -> None:
    assert agency(body) == name


@pytest.mark.parametrize("file", sorted(SEEDS.glob("*.txt")), ids=lambda f: f.name)
def test_both_shipped_dispatches_are_signed(file: Path) -> None:
    assert agency(file.read_text(encoding="utf-8")) == "VNA"


def test_a_quotation_names_the_agency_where_one_signed_and_else_the_file() -> None:
    cited = citation("Prévue les\n25 et 26 octobre.", "les\n25 et 26 octobre", source="mai/un.txt")
    signed = Dispatch("d1", "un.txt", "un.txt", "Titre", None, "Prévue.- VNA/VI")
    other = Dispatch("d2", "deux.txt", "deux.txt", "Titre", None, "Prévue.- AFP")
    assert quotation(cited, [other, signed]) == "«\u00a0les 25 et 26 octobre\u00a0», VNA, mai 2025"
    assert reference(cited, [other]) == "un.txt, mai 2025"
    with speaking("en"):
        assert quotation(cited, [signed]) == "“les 25 et 26 octobre”, VNA, May 2025"
