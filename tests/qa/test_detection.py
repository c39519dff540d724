"""The language of a dispatch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qa.detection import language_of

FRENCH = "La cérémonie de signature de la Convention se tiendra à Hanoï les 25 et 26 octobre prochains."
ENGLISH = "The signing ceremony of the Hanoi Convention will take place in the Vietnamese capital in October."
VIETNAMESE = "Lễ mở ký Công ước của Liên hợp quốc về chống tội phạm mạng sẽ diễn ra tại Hà Nội vào tháng 10."


@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (ENGLISH, "en"), (VIETNAMESE, "vi")])
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "VNA/VI", "The end.", f"{'1234 ' * 50}"])
def test_too_little_to_tell_is_french(text: str) -> None:
    assert language_of(text) == "fr"


def test_the_shipped_dispatches_and_the_invented_ones_are_french() -> None:
    root = Path(__file__).resolve().parents[2]
    paths = [*root.glob("seeds/*.txt"), *root.glob("tests/temporal/dispatches/*.txt")]
    assert len(paths) == 67
    assert {language_of(p.read_text(encoding="utf-8")) for p in paths} == {"fr"}


@pytest.mark.parametrize(
    "work", ["import qa.pipeline", f"from qa.detection import *; language_of({FRENCH!r} * 3)"]
)
def test_neither_asking_nor_plain_french_loads_the_detector(work: str) -> None:
    code = f"import sys\n{work}\nsys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
