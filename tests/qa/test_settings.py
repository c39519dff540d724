"""Settings are validated once, and what was asked for wins over what was not, 0 included."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import IndexProblem, UserError
from qa.settings import DEFAULT_TOP_K, MAX_TOP_K, Settings, default_index


def test_defaults(tmp_path: Path):
    settings = Settings.load(tmp_path)
    assert (settings.index, settings.top_k, settings.threshold) == (tmp_path, DEFAULT_TOP_K, None)


def test_zero_is_a_threshold_and_not_the_lack_of_one(tmp_path: Path):
    assert Settings.load(tmp_path, threshold=0.0).threshold == 0.0


@pytest.mark.parametrize("top_k", [1, MAX_TOP_K])
def test_bounds_of_top_k_are_included(tmp_path: Path, top_k: int):
    assert Settings.load(tmp_path, top_k=top_k).top_k == top_k


@pytest.mark.parametrize("top_k", [0, -1, MAX_TOP_K + 1])
def test_top_k_out_of_range_names_option_value_and_bounds(tmp_path: Path, top_k: int):
    with pytest.raises(UserError) as caught:
        Settings.load(tmp_path, top_k=top_k)
    assert str(caught.value) == f"--top-k {top_k} : entre 1 et 100 attendu"


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan"), float("inf")])
def test_threshold_must_be_a_probability(tmp_path: Path, threshold: float):
    with pytest.raises(UserError, match="--threshold"):
        Settings.load(tmp_path, threshold=threshold)


def test_an_index_that_is_a_file_is_refused(tmp_path: Path):
    file = tmp_path / "index"
    file.touch()
    with pytest.raises(IndexProblem, match=f"{file} : ce chemin n'est pas un dossier d'index"):
        Settings.load(file)


def test_the_environment_names_the_index_unless_an_option_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("QA_INDEX", str(tmp_path / "env"))
    assert Settings.load().index == tmp_path / "env"
    assert Settings.load(tmp_path / "option").index == tmp_path / "option"


@pytest.mark.parametrize("named", [None, ""])
def test_without_a_named_index_the_users_data_folder_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
):
    if named is not None:
        monkeypatch.setenv("QA_INDEX", named)
    assert default_index().parts[-2:] == ("depeches-qa", "index")
