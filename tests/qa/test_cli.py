"""The command as users meet it: results on stdout, one line a problem on stderr, honest exit codes.

The real factory, pipeline and indexer run; only the encoder and the reader are stand-ins.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embeddings.errors import ModelNotFetched, ModelUnavailable
from qa import __version__, cli, factory
from qa.watching import Batch
from tests.fakes import FakeEmbedder, FakeReader
from tests.qa.desk import MARGIN_FIRST, Desk

QUESTION = "Quand la convention sera-t-elle signée ?"
# No type of answer is asked for: every passage has a span that may answer.
OPEN_QUESTION = "Que sait-on de la convention ?"
SIGNING = "La convention sera signée le 25 octobre 2025 à Hanoï."
TALKS = "La convention sera signée, se réjouissent les délégués."
Python = Callable[..., subprocess.CompletedProcess[str]]


class Embedder(FakeEmbedder):
    tokenizer = None


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: Desk) -> None:
    """The seams of the factory; the calibration is read as always, from a file of ours."""
    MARGIN_FIRST.save(tmp_path / "calibration.json")
    embedder = Embedder()
    desk.embedder = embedder
    monkeypatch.setattr(factory, "_embedder", lambda model: embedder)
    monkeypatch.setattr(factory, "open_onnx_reader", lambda *args: desk.reader)
    monkeypatch.setattr(factory, "CALIBRATION", tmp_path / "calibration.json")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "graine.txt").write_text("La graine sera semée le 1 mai 2024.", encoding="utf-8")
    monkeypatch.setattr(factory, "SEEDS", seeds)


class Ran:
    """What one command gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


@pytest.fixture
def qa(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command on the index of the desk."""

    def run(*arguments: str | Path, index: bool = True) -> Ran:
        argv = [str(a) for a in arguments]
        try:
            code = cli.main([*argv, "--index", str(desk.index)] if index else argv)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def indexed(desk: Desk) -> Desk:
    desk.write("signature.txt", SIGNING, date="2025-05")
    desk.write("divers.txt", TALKS)
    desk.run()
    return desk


def assert_one_line(ran: Ran, code: int, *parts: str) -> None:
    """Nothing on stdout, one line on stderr with these parts, that exit code."""
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert ran.err.startswith("qa: ")
    assert "Traceback" not in ran.err
    for part in parts:
        assert part in ran.err


# -- ask --------------------------------------------------------------------------------------------------


def test_ask_prints_answer_citation_and_place(indexed: Desk, qa: Callable[..., Ran]):
    ran = qa("ask", OPEN_QUESTION)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "25 octobre 2025  (confiance 98 %)",
        "",
        f"  « {SIGNING} »",
        "  Titre de signature · mai 2025 · signature.txt, paragraphe 1, 62-77",
    ]
    body = (indexed.dispatches / "signature.txt").read_text(encoding="utf-8")
    assert body[62:77] == "25 octobre 2025"


def test_ask_json_is_the_contract(indexed: Desk, qa: Callable[..., Ran]):
    value = qa("ask", OPEN_QUESTION, "--json").json
    assert set(value) == {
        "question", "answer", "confidence", "reason", "citations", "alternatives", "passages", "timings_ms",
        "answer_time", "history", "question_time",
    }  # fmt: skip
    assert (value["question"], value["answer"], value["reason"]) == (OPEN_QUESTION, "25 octobre 2025", None)
    assert value["confidence"] == pytest.approx(0.982, abs=0.001)
    (citation,) = value["citations"]
    body = (indexed.dispatches / "signature.txt").read_text(encoding="utf-8")
    assert citation["quote"] == body[citation["start"] : citation["end"]] == "25 octobre 2025"
    shown = ("source", "title", "date", "paragraph", "text")
    assert {k: citation[k] for k in shown} == {
        "source": "signature.txt",
        "title": "Titre de signature",
        "date": "2025-05",
        "paragraph": 1,
        "text": SIGNING,
    }
    assert set(value["alternatives"][0]) == {"answer", "confidence", "citation"}
    assert {"source", "paragraph", "score", "text"} <= set(value["passages"][0])
    assert set(value["timings_ms"]) == {"embed", "retrieve", "read", "total"}


def test_an_abstention_is_a_result(indexed: Desk, qa: Callable[..., Ran]):
    indexed.reader = FakeReader(pattern="nowhere to be found")
    ran = qa("ask", QUESTION)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(
        "Aucune réponse dans les dépêches. Les passages les plus proches ne répondent pas à la question.\n"
    )
    assert "Passages les plus proches :\n1. " in ran.out
    assert SIGNING in ran.out


@pytest.mark.parametrize(
    ("source", "found"), [("DIVERS", {"divers.txt"}), ("signature", {"signature.txt"}), ("zzz", set())]
)
def test_a_source_narrows_each_command(indexed: Desk, qa: Callable[..., Ran], source: str, found: set[str]):
    for command in ("ask", "search"):
        passages = qa(command, QUESTION, "--source", source, "--json").json["passages"]
        assert {p["source"] for p in passages} == found
    events = qa("timeline", QUESTION, "--source", source, "--json").json["events"]
    assert len(events) == ("signature.txt" in found)


def test_a_language_narrows_each_command(indexed: Desk, qa: Callable[..., Ran]):
    for command, listed in (("ask", "passages"), ("search", "passages"), ("timeline", "events")):
        assert qa(command, QUESTION, "--language", "fr", "--json").json[listed]
        assert qa(command, QUESTION, "--language", "vi", "--json").json[listed] == []
        ran = qa(command, QUESTION, "--language", "vietnamien")
        assert (ran.code, ran.out) == (2, "")
        assert "langue vietnamien inconnue ; connues : ar, bg," in ran.err


def test_an_abstention_as_json(indexed: Desk, qa: Callable[..., Ran]):
    value = qa("ask", QUESTION, "--threshold", "1", "--json").json
    assert (value["answer"], value["citations"], value["reason"]) == (None, [], "below_threshold")
    assert value["confidence"] == pytest.approx(0.018, abs=0.001)
    assert value["alternatives"][0]["answer"] == "25 octobre 2025"
    assert len(value["passages"]) == 3


def test_a_name_that_no_dispatch_found_has_is_told(indexed: Desk, qa: Callable[..., Ran]):
    out = qa("ask", "Quand la convention de Zanzibar sera-t-elle signée ?").out
    assert "ne parle de : Zanzibar." in out


def test_a_threshold_of_zero_is_honoured(indexed: Desk, qa: Callable[..., Ran]):
    indexed.reader = FakeReader(pattern="nowhere to be found")
    assert qa("ask", OPEN_QUESTION, "--threshold", "0", "--json").json["answer"] is not None


def test_top_k_and_period_reach_the_search(indexed: Desk, qa: Callable[..., Ran]):
    assert len(qa("ask", QUESTION, "--top-k", "1", "--json").json["passages"]) == 1
    dated = qa("ask", QUESTION, "--since", "2025-05-31", "--until", "2025", "--json").json
    assert {p["source"] for p in dated["passages"]} == {"signature.txt"}
    assert qa("ask", QUESTION, "--since", "2026", "--json").json["reason"] == "no_passage"


def test_ask_without_an_index_builds_one_of_the_seeds_and_says_so(desk: Desk, qa: Callable[..., Ran]):
    ran = qa("ask", "Quand la graine sera-t-elle semée ?")
    assert ran.code == 0
    assert ran.out.startswith("1 mai 2024  ")
    assert_one_line(
        Ran(0, "", ran.err), 0, "Pas encore d'index : je lis les dépêches fournies", str(factory.SEEDS)
    )
    again = qa("ask", "Quand la graine sera-t-elle semée ?")
    assert (again.out, again.err) == (ran.out, "")


def test_ask_names_the_index_of_the_environment(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("QA_INDEX", str(indexed.index))
    assert qa("ask", QUESTION, index=False).out.startswith("25 octobre 2025")


# -- search and status ------------------------------------------------------------------------------------


def test_search_prints_passages_best_first(indexed: Desk, qa: Callable[..., Ran]):
    ran = qa("search", QUESTION, "--top-k", "1")
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert first == f"1. {SIGNING}"
    assert second.startswith("   mai 2025 · signature.txt, paragraphe 1 · 0.")


def test_search_json(indexed: Desk, qa: Callable[..., Ran]):
    value = qa("search", QUESTION, "--json").json
    assert set(value) == {"question", "passages"}
    best, *others = value["passages"]
    assert set(best) == {
        "dispatch", "source", "path", "title", "date", "paragraph", "start", "end", "score", "text", "copies",
    }  # fmt: skip
    assert (best["source"], best["text"], len(others)) == ("signature.txt", SIGNING, 2)


def test_search_that_finds_nothing_says_so(indexed: Desk, qa: Callable[..., Ran]):
    assert qa("search", QUESTION, "--since", "2030").out == "Aucun passage.\n"


def test_status(indexed: Desk, qa: Callable[..., Ran]):
    ran = qa("status")
    assert (ran.code, ran.err) == (0, "")
    rows = dict(line.split("  ", 1) for line in ran.out.splitlines())
    facts = {k: v.strip() for k, v in rows.items()}
    assert facts["Index"] == str(indexed.index)
    assert facts["État"] == "sain"
    assert (facts["Dépêches"], facts["Dates"]) == ("2", "2025-05 – 2025-05")


def test_status_json(indexed: Desk, qa: Callable[..., Ran]):
    value = qa("status", "--json").json
    assert set(value) == {
        "folder", "dispatches", "passages", "earliest", "latest", "encoder", "reader", "bytes", "healthy",
        "problems",
    }  # fmt: skip
    assert (value["dispatches"], value["passages"], value["healthy"], value["problems"]) == (2, 3, True, [])


def test_status_tells_what_is_damaged_and_is_done(indexed: Desk, qa: Callable[..., Ran]):
    (indexed.index / "manifest.json").unlink()
    ran = qa("status")
    assert ran.code == 0
    assert "index vectoriel illisible" in ran.out


@pytest.mark.parametrize("command", [["search", QUESTION], ["status"]])
@pytest.mark.parametrize("named", [True, False], ids=["named", "the user's own"])
def test_without_an_index_search_and_status_are_the_users_mistake(
    desk: Desk, qa: Callable[..., Ran], command: list[str], named: bool, tmp_path: Path
):
    where = desk.index if named else tmp_path / "data" / "depeches-qa" / "index"
    assert_one_line(qa(*command, index=named), 2, f"{where} : pas d'index ici", "qa index CHEMIN")
    assert not where.exists()


# -- index ------------------------------------------------------------------------------------------------


def test_index_reports_on_stdout(desk: Desk, qa: Callable[..., Ran]):
    desk.write("a.txt", SIGNING)
    ran = qa("index", desk.dispatches)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(
        "1 ajoutée(s), 0 remplacée(s), 0 inchangée(s), 0 retirée(s), 0 en échec ; 1 passage(s) calculé(s) en "
    )


def test_index_json(desk: Desk, qa: Callable[..., Ran]):
    desk.write("a.txt", SIGNING)
    value = qa("index", desk.dispatches, "--json").json
    assert isinstance(value.pop("seconds"), float)
    assert value == {
        "index": str(desk.index),
        "added": 1,
        "replaced": 0,
        "unchanged": 0,
        "removed": 0,
        "embedded": 1,
        "failures": [],
    }


def test_index_with_a_bad_file_names_it_exits_2_and_indexes_the_rest(desk: Desk, qa: Callable[..., Ran]):
    desk.write("a.txt", SIGNING)
    bad = desk.dispatches / "mauvais.txt"
    bad.write_bytes(b"\0")
    ran = qa("index", desk.dispatches, "--json")
    assert ran.code == 2
    assert ran.err == f"qa: non indexé : {bad} : fichier binaire, pas du texte\n"
    assert ran.json["added"] == 1
    assert ran.json["failures"] == [{"file": str(bad), "reason": "fichier binaire, pas du texte"}]
    assert qa("ask", QUESTION).out.startswith("25 octobre 2025")


def test_index_without_paths_takes_the_seeds(desk: Desk, qa: Callable[..., Ran]):
    assert qa("index", "--json").json["added"] == 1
    assert desk.sources() == ["graine.txt"]


def test_rebuild_without_paths_keeps_the_users_files(indexed: Desk, qa: Callable[..., Ran]):
    assert qa("index", "--rebuild", "--json").json["added"] == 2
    assert indexed.sources() == ["divers.txt", "signature.txt"]


def test_prune(indexed: Desk, qa: Callable[..., Ran]):
    (indexed.dispatches / "divers.txt").unlink()
    assert qa("index", indexed.dispatches, "--prune", "--json").json["removed"] == 1


def test_index_of_a_file_whose_name_is_no_text_prints_valid_json(desk: Desk, qa: Callable[..., Ran]):
    (Path(os.fsdecode(os.fsencode(desk.dispatches) + b"/\xe9.txt"))).write_text(SIGNING)
    ran = qa("index", desk.dispatches, "--json")
    assert ran.code == 2
    assert ran.json["failures"][0]["file"].endswith("/?.txt")


# -- mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["ask", ""], ["question vide"]),
        (["ask", "?!"], ["question vide"]),
        (["ask", "a" * 100_000], ["question trop longue : 100000 caractères, 2000 au plus"]),
        (["search", " "], ["question vide"]),
        (["ask", QUESTION, "--since", "hier"], ["'hier'", "AAAA, AAAA-MM ou AAAA-MM-JJ attendu"]),
        (["ask", QUESTION, "--until", "2025-02-30"], ["'2025-02-30'", "absente du calendrier"]),
        (["ask", QUESTION, "--since", ""], ["''"]),
        (["ask", QUESTION, "--since", "2026", "--until", "2025"], ["période vide", "2026", "2025"]),
        (["ask", QUESTION, "--top-k", "0"], ["--top-k 0 : entre 1 et 100 attendu"]),
        (["search", QUESTION, "--top-k", "101"], ["--top-k 101"]),
        (["ask", QUESTION, "--threshold", "1.5"], ["--threshold 1.5 : entre 0.0 et 1.0 attendu"]),
        (["ask", QUESTION, "--threshold", "nan"], ["--threshold nan"]),
        (["index", "/nulle/part"], ["/nulle/part : ni fichier ni dossier de ce nom"]),
        # argparse's own, in the language of the product
        (["ask"], ["il manque : QUESTION"]),
        (["ask", QUESTION, "--top-k"], ["--top-k : il manque une valeur"]),
        (["ask", QUESTION, "--top-k", "trois"], ["--top-k : 'trois' n'est pas un nombre"]),
        (["ask", QUESTION, "--threshold", "x"], ["--threshold : 'x' n'est pas un nombre"]),
        (["ask", QUESTION, "--nope"], ["option inconnue : --nope"]),
        (["ask", QUESTION, "--json=1"], ["--json ne prend pas de valeur ('1')"]),
        (["ask", QUESTION, "--t", "1"], ["option ambiguë : --t (--top-k, --threshold)"]),
        (["status", "--lang", "de"], ["--lang : 'de' inconnu (choix : 'fr', 'en')"]),
        (["nope"], ["COMMANDE : 'nope' inconnu"]),
    ],
)
def test_the_users_mistakes_are_one_line_in_french_and_exit_2(
    indexed: Desk, qa: Callable[..., Ran], arguments: list[str], parts: list[str]
):
    assert_one_line(qa(*arguments), 2, *parts)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["ask", "?", "--lang", "en"], "empty question"),
        (["ask", "?", "--lang=en"], "empty question"),
        (["search", "mot", "--top-k", "0", "--lang", "en"], "--top-k 0: expected between 1 and 100"),
        (["ask", "--lang", "en"], "the following arguments are required: QUESTION"),
    ],
)
def test_the_users_mistakes_in_english_when_asked_for(
    indexed: Desk, qa: Callable[..., Ran], arguments: list[str], part: str
):
    assert_one_line(qa(*arguments), 2, part)


def test_an_empty_folder_is_the_users_mistake(desk: Desk, qa: Callable[..., Ran]):
    assert_one_line(qa("index", desk.dispatches), 2, f"{desk.dispatches} : aucune dépêche trouvée")


def test_an_index_that_is_a_file_is_the_users_mistake(desk: Desk, qa: Callable[..., Ran]):
    desk.index.touch()
    for command in (["ask", QUESTION], ["index"], ["index", "--rebuild"], ["status"]):
        assert_one_line(qa(*command), 2, f"{desk.index} : ce chemin n'est pas un dossier d'index")


def test_a_garbage_archive_is_one_line_with_the_way_out(indexed: Desk, qa: Callable[..., Ran]):
    (indexed.index / "archive.sqlite").write_bytes(b"garbage " * 1000)
    for command in (["ask", QUESTION], ["search", QUESTION], ["status"], ["index", indexed.dispatches]):
        assert_one_line(qa(*command), 2, f"qa index CHEMIN --rebuild --index {indexed.index}")
    assert qa("index", indexed.dispatches, "--rebuild", "--json").json["added"] == 2


def test_another_encoders_index_is_one_line_that_names_both(indexed: Desk, qa: Callable[..., Ran]):
    path = indexed.index / "manifest.json"
    path.write_text(path.read_text().replace('"fake"', '"other"'))
    for command in (["ask", QUESTION], ["index", indexed.dispatches]):
        assert_one_line(qa(*command), 2, "other@1 (64)", "fake@1 (64)", "qa index --rebuild --index")


def test_a_path_with_a_line_break_is_still_one_line(desk: Desk, qa: Callable[..., Ran]):
    assert_one_line(qa("index", desk.dispatches / "a\nb\r\nc"), 2, "a b c")


# -- what is not the user's mistake -----------------------------------------------------------------------


def fail_with(error: BaseException) -> Callable[..., Any]:
    def fail(*args: object) -> Any:
        raise error

    return fail


def test_a_defect_is_one_line_and_exit_1(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(factory, "open_onnx_reader", fail_with(RuntimeError("first\nsecond")))
    assert_one_line(qa("ask", QUESTION), 1, "erreur inattendue : RuntimeError: first\n")


def test_the_traceback_of_a_defect_can_be_asked_for(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("QA_DEBUG", "1")
    monkeypatch.setattr(factory, "open_onnx_reader", fail_with(RuntimeError("first")))
    with pytest.raises(RuntimeError, match="first"):
        qa("ask", QUESTION)


def test_other_models_are_asked_by_name_and_said_to_be_uncalibrated(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    named: list[str] = []
    monkeypatch.setattr(factory, "_named_reader", lambda name: named.append(name) or indexed.reader)
    monkeypatch.setattr(factory, "_named_embedder", lambda name: named.append(name) or indexed.embedder)
    ran = qa("ask", QUESTION, "--reader", "some/reader", "--encoder", "some/encoder", "--json")
    assert (ran.code, ran.json["answer"]) == (0, "25 octobre 2025")
    assert sorted(named) == ["some/encoder", "some/reader"]
    assert ran.err == (
        "qa: avec ces modèles la confiance n'est pas mesurée : seuls les modèles livrés sont calibrés\n"
    )


@pytest.mark.parametrize("option", ["--reader", "--encoder"])
def test_a_model_that_cannot_be_fetched_says_what_works_offline(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, option: str
):
    monkeypatch.setattr("qa.hub_reader.HubReader", fail_with(ModelNotFetched("nobody/nothing")))
    monkeypatch.setattr("embeddings.hub_embedder.HubEmbedder", fail_with(ModelNotFetched("nobody/nothing")))
    ran = qa("ask", QUESTION, option, "nobody/nothing")
    assert (ran.code, ran.out) == (1, "")
    assert "nobody/nothing : ni dossier de ce nom" in ran.err.splitlines()[-1]
    assert "marchent hors ligne" in ran.err


def test_an_index_of_another_encoder_says_what_to_do(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    other = FakeEmbedder(model="other")
    monkeypatch.setattr(factory, "_named_embedder", lambda name: other)
    ran = qa("ask", QUESTION, "--encoder", "other")
    assert (ran.code, ran.out) == (2, "")
    assert "encodeur fake@1 (64), mais l'encodeur en service est other@1 (64)" in ran.err
    assert f"qa index --rebuild --index {indexed.index} --encoder …" in ran.err
    rebuilt = qa("index", indexed.dispatches, "--rebuild", "--encoder", "other")
    assert (rebuilt.code, rebuilt.err) == (0, "")
    assert qa("ask", QUESTION, "--encoder", "other").code == 0


def test_a_settings_file_that_cannot_be_used_is_one_line_and_exit_2(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "s.toml").write_text("colour = 3", encoding="utf-8")
    monkeypatch.setenv("QA_SETTINGS", str(tmp_path / "s.toml"))
    assert_one_line(qa("ask", QUESTION), 2, "s.toml", "réglage inconnu colour")


def test_a_calibration_that_cannot_be_read_is_one_line_and_exit_1(
    indexed: Desk, qa: Callable[..., Ran], tmp_path: Path
):
    (tmp_path / "calibration.json").write_text("{}")
    assert_one_line(qa("ask", QUESTION), 1, "modèle inutilisable", "calibration.json")


def test_a_model_file_that_is_missed_when_it_is_needed_is_one_line_and_exit_1(
    indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(indexed.reader, "read", fail_with(ModelUnavailable("reader.onnx: no such file")))
    assert_one_line(qa("ask", QUESTION), 1, "modèle inutilisable : reader.onnx: no such file")


def test_an_interruption_is_said(indexed: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(factory, "open_onnx_reader", fail_with(KeyboardInterrupt()))
    ran = qa("ask", QUESTION)
    assert ran.code == 1
    assert ran.err == "qa: Interrompu ; ce qui était déjà enregistré le reste.\n"


class Stdout(io.TextIOWrapper):
    """A standard output with a descriptor of its own, so that the test's is left alone."""

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__(path.open("wb"), encoding=encoding)


def test_a_reader_of_our_output_that_goes_away_gets_no_complaint(
    indexed: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        assert cli.main(["search", QUESTION, "--index", str(indexed.index)]) == 1
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("encoding", "hanoi"), [("utf-8", "Hà Nội"), ("cp1252", "Hà N\\u1ed9i"), ("ascii", "H\\xe0 N\\u1ed9i")]
)
def test_a_terminal_that_cannot_show_a_character_shows_its_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str, hanoi: str
):
    desk.write("a.txt", "Le sommet de Hà Nội commence.")
    desk.run()
    arguments = ["search", "sommet", "--index", str(desk.index)]
    for json_option in ([], ["--json"]):
        with Stdout(tmp_path / "out", encoding) as out, monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            assert cli.main([*arguments, *json_option]) == 0
        written = (tmp_path / "out").read_text(encoding=encoding)
        if json_option:
            assert json.loads(written)["passages"][0]["text"] == "Le sommet de Hà Nội commence."
        else:
            assert written.startswith(f"1. Le sommet de {hanoi} commence.\n")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_bytes_of_the_question_that_are_no_text_become_question_marks(
    indexed: Desk, qa: Callable[..., Ran], command: str
):
    ran = qa(command, "La convention sign\udce9e ?", "--json")
    assert (ran.code, ran.json["question"]) == (0, "La convention sign?e ?")


# -- languages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "option", "first"),
    [
        ({}, [], "Aucune réponse"),
        ({"LANG": "C.UTF-8"}, [], "Aucune réponse"),
        ({"LANG": "en_US.UTF-8"}, [], "No answer"),
        ({"LANG": "en_US.UTF-8"}, ["--lang", "fr"], "Aucune réponse"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, [], "Aucune réponse"),
        ({}, ["--lang", "en"], "No answer"),
    ],
)
def test_french_unless_english_is_asked_for(
    indexed: Desk,
    qa: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    option: list[str],
    first: str,
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert qa("ask", QUESTION, "--since", "2030", *option).out.startswith(first)


@pytest.mark.parametrize("command", ["ask", "search", "index", "status", "eval", "serve"])
def test_every_command_explains_itself(qa: Callable[..., Ran], command: str):
    ran = qa(command, "--help", index=False)
    assert (ran.code, ran.err) == (0, "")
    assert "--index" in ran.out


def test_version(qa: Callable[..., Ran]):
    assert qa("--version", index=False).out == f"qa {__version__}\n"


# -- eval -------------------------------------------------------------------------------------------------


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    rows = [
        {"id": "1", "question": QUESTION, "answers": ["25 octobre 2025"], "doc": "signature.txt"},
        {"id": "2", "question": "Qui dirige la banque ?", "answers": []},
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_eval_writes_a_report_and_compares_with_it(indexed: Desk, qa: Callable[..., Ran], questions: Path):
    report = indexed.index.parent / "rapport"
    first = qa("eval", questions, "--report", report)
    assert (first.code, first.err) == (0, "")
    assert "Aire risque-couverture" in first.out
    assert {p.name for p in report.iterdir()} >= {"report.html", "report.md", "records.jsonl", "summary.json"}
    figures = qa("eval", questions, "--compare", report, "--json").json
    assert figures["comparison"]["compared"] == figures["n"]
    assert figures["comparison"]["better"] == figures["comparison"]["worse"] == []
    again = qa("eval", questions, "--report", report, "--compare", report)
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[-1].split() == ["F1", "0,0", "%", "0,0", "%", "…", "0,0", "%", "0", "0"]
    assert "Rien n'a changé." in (report / "report.md").read_text(encoding="utf-8")


def test_eval_without_an_earlier_report_is_one_line(indexed: Desk, qa: Callable[..., Ran], questions: Path):
    ran = qa("eval", questions, "--compare", indexed.index.parent / "rien")
    assert_one_line(ran, 2, "records.jsonl", "ni fichier ni dossier")


def test_eval_that_cannot_write_its_report_is_one_line(
    indexed: Desk, qa: Callable[..., Ran], questions: Path
):
    assert_one_line(qa("eval", questions, "--report", questions), 2, "questions.jsonl")
    assert_one_line(qa("eval", questions, "--predictions", indexed.index), 2, "index")


def test_watching_begins_with_an_empty_folder_and_outlives_a_bad_batch(
    desk: Desk, qa: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
):
    def came(paths: list[Path]) -> Iterator[Batch]:
        yield Batch(None, gone=True)
        path = desk.write("a.txt", SIGNING)
        yield Batch((path,), gone=False)
        path.unlink()
        yield Batch((path,), gone=False)
        yield Batch((), gone=True)
        yield Batch((desk.write("b.txt", TALKS),), gone=False)

    monkeypatch.setattr("qa.watching.batches", came)
    ran = qa("index", desk.dispatches, "--watch")
    assert ran.code == 0
    first, second, third = ran.err.splitlines()
    assert "aucune dépêche trouvée" in first
    assert "dossiers suivis : " in second
    assert "aucune dépêche trouvée" in third
    assert [line[:12] for line in ran.out.splitlines()] == ["1 ajoutée(s)", "1 ajoutée(s)"]


def test_watching_what_is_not_there_is_one_line(desk: Desk, qa: Callable[..., Ran]):
    assert_one_line(qa("index", desk.dispatches / "rien", "--watch"), 2, "rien : ni fichier ni dossier")


# -- as a process -----------------------------------------------------------------------------------------


def test_as_a_process_a_bad_option_is_one_line_and_exit_2(python: Python, tmp_path: Path):
    done = python(["-m", "qa", "ask", "Quand ?", "--top-k", "0", "--index", str(tmp_path)])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "qa: --top-k 0 : entre 1 et 100 attendu\n"


def test_as_a_process_bytes_that_are_no_text_and_a_poor_locale_break_nothing(python: Python, tmp_path: Path):
    done = python(["-m", "qa", "index", os.fsdecode(bytes(tmp_path) + b"/\xe9")], PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("qa: ")
    assert "\\udce9" in done.stderr


def test_as_of_answers_from_what_was_known(indexed: Desk, qa: Callable[..., Ran]):
    assert qa("ask", QUESTION, "--as-of", "2025-05").out.startswith("25 octobre 2025")
    early = qa("ask", QUESTION, "--as-of", "2024", "--json")
    assert json.loads(early.out)["answer"] != "25 octobre 2025"
    assert qa("ask", QUESTION, "--as-of", "hier").code == 2


def test_a_timeline_quotes_literally_and_is_written_as_a_picture(
    indexed: Desk, qa: Callable[..., Ran], tmp_path: Path
):
    ran = qa("timeline", "signature de la convention", "--json")
    (event, *_) = json.loads(ran.out)["events"]
    cited = event["citations"][0]
    text = Path(cited["path"]).read_text(encoding=cited["encoding"])
    assert text[cited["start"] : cited["end"]] == event["quote"] == cited["quote"]
    for name, begins in (("t.svg", "<svg"), ("t.md", "# signature"), ("t.csv", "edtf,planned,quote")):
        assert qa("timeline", "signature de la convention", "--output", str(tmp_path / name)).code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_a_timeline_file_of_another_kind_is_refused(indexed: Desk, qa: Callable[..., Ran], tmp_path: Path):
    ran = qa("timeline", "convention", "--output", str(tmp_path / "t.pdf"))
    assert (ran.code, ran.out) == (2, "")
    assert "suffixe '.pdf' inconnu" in ran.err
    ran = qa("timeline", "convention", "--output", str(tmp_path / "absent" / "t.md"))
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_a_timeline_of_nothing_says_so(indexed: Desk, qa: Callable[..., Ran]):
    assert qa("timeline", "convention", "--until", "1950").out == "Aucun fait daté dans les dépêches.\n"
