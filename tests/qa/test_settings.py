"""Settings are validated once, and what was asked for wins over what was not, 0 included."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import BadSettings, IndexProblem, UserError
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


def write(monkeypatch: pytest.MonkeyPatch, path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("QA_SETTINGS", str(path))
    return path


def test_the_settings_file_says_what_no_option_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = str(tmp_path / "a")
    write(
        monkeypatch,
        tmp_path / "s.toml",
        f"index = '{folder}'\ntop_k = 7\nthreshold = 0\nencoder = 'e'\nreader = 'r'\n",
    )
    settings = Settings.load()
    assert settings == Settings(tmp_path / "a", top_k=7, threshold=0, encoder="e", reader="r")
    assert not settings.calibrated
    asked = Settings.load(tmp_path / "b", top_k=2, threshold=0.5, encoder="x", reader="y")
    assert asked == Settings(tmp_path / "b", top_k=2, threshold=0.5, encoder="x", reader="y")


def test_the_environment_names_the_index_before_the_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(monkeypatch, tmp_path / "s.toml", f"index = '{tmp_path / 'file'}'")
    monkeypatch.setenv("QA_INDEX", str(tmp_path / "env"))
    assert Settings.load().index == tmp_path / "env"


def test_the_users_settings_file_is_read_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert Settings.load().top_k == DEFAULT_TOP_K
    (tmp_path / "depeches-qa").mkdir()
    (tmp_path / "depeches-qa" / "settings.toml").write_text("top_k = 9", encoding="utf-8")
    assert Settings.load().top_k == 9


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("top_k = ", "s.toml"),
        ("topk = 3", "réglage inconnu topk"),
        ("top_k = 'x'", "valeur de top_k inattendue : x"),
        ("top_k = true", "valeur de top_k inattendue : True"),
        ("[index]", "valeur de index inattendue"),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
):
    path = write(monkeypatch, tmp_path / "s.toml", text)
    with pytest.raises(BadSettings) as caught:
        Settings.load(tmp_path)
    assert str(caught.value).startswith(f"{path} : ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_named_settings_file_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QA_SETTINGS", str(tmp_path / "absent.toml"))
    with pytest.raises(BadSettings, match="ni fichier ni dossier"):
        Settings.load(tmp_path)


def test_values_of_the_settings_file_are_checked_like_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(monkeypatch, tmp_path / "s.toml", "threshold = 2")
    with pytest.raises(UserError, match="--threshold 2"):
        Settings.load(tmp_path)
