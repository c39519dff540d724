"""Question sets: what is read, and what a user is told when it cannot be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from string import Formatter

import pytest

from eval.question_sets import read_question_sets, read_questions
from eval.wording import TABLE
from qa.errors import BadQuestionSet
from qa.types import Question

LINE = {"id": "q1", "lang": "fr", "question": "Où ?", "answers": ["à Vienne", "Vienne"], "doc": "001.txt"}


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def squad(*questions: object, context: object = "La session a lieu à Vienne.", **article: object) -> str:
    paragraph = {"context": context, "qas": list(questions)}
    return json.dumps({"version": "v2.0", "data": [{"title": "t", "paragraphs": [paragraph], **article}]})


def told(path: Path) -> str:
    with pytest.raises(BadQuestionSet) as caught:
        read_questions(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


def test_a_line_is_a_question(tmp_path: Path) -> None:
    path = lines(tmp_path / "q.jsonl", {**LINE, "tags": ["where"], "context": "Ici.", "other": 1})
    expected = Question("q1", "fr", "Où ?", ("à Vienne", "Vienne"), "001.txt", "Ici.", ("where",))
    assert read_questions(path) == (expected,)


def test_what_may_be_left_out(tmp_path: Path) -> None:
    path = lines(tmp_path / "q.jsonl", {"id": 7, "question": "Où ?", "answers": [], "doc": None})
    assert read_questions(path) == (Question("7", "fr", "Où ?", ()),)


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
@pytest.mark.parametrize("name", ["q.jsonl", "q.json"])
def test_an_empty_set(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_questions(tmp_path / name) == ()


def test_blank_lines_windows_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    text = f"\ufeff\r\n{json.dumps(LINE)}\r\n\r\n{json.dumps({**LINE, 'id': 'q2'})}"
    path.write_bytes(text.encode())
    assert [q.id for q in read_questions(path)] == ["q1", "q2"]


def test_a_line_separator_inside_a_string_ends_no_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "q.jsonl", {**LINE, "question": "Où\u2028donc ?"})
    assert read_questions(path)[0].question == "Où\u2028donc ?"


def test_json_lines_called_json(tmp_path: Path) -> None:
    path = lines(tmp_path / "q.json", LINE, {**LINE, "id": "q2"})
    assert [q.id for q in read_questions(path)] == ["q1", "q2"]


@pytest.mark.parametrize("name", ["q.jsonl.gz", "q.jsonl"])
def test_gzip_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(json.dumps(LINE).encode()))
    assert [q.id for q in read_questions(tmp_path / name)] == ["q1"]


def test_the_same_question_again_is_read_once(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "q.jsonl", LINE, {**LINE, "id": "q2", "question": "Quand ?"}, {**LINE, "tags": ["x"]}
    )
    assert [(q.id, q.tags) for q in read_questions(path)] == [("q1", ()), ("q2", ())]


def test_equal_texts_under_two_ids_are_both_kept(tmp_path: Path) -> None:
    path = lines(tmp_path / "q.jsonl", LINE, {**LINE, "id": "q2"})
    assert [q.id for q in read_questions(path)] == ["q1", "q2"]


@pytest.mark.parametrize(
    "other", [{"question": "Quand ?"}, {"answers": ["Vienne"]}, {"doc": None}, {"context": "Ici."}]
)
def test_one_id_with_two_contents(tmp_path: Path, other: dict[str, object]) -> None:
    path = lines(tmp_path / "q.jsonl", LINE, {**LINE, **other})
    assert told(path) == f":2: identifiant « q1 » déjà employé, avec un autre contenu ({path}:1)"


def test_several_files_are_one_set(tmp_path: Path) -> None:
    first = lines(tmp_path / "a.jsonl", LINE)
    second = lines(tmp_path / "b.jsonl", {**LINE, "id": "q2"}, LINE)
    assert [q.id for q in read_question_sets([first, second])] == ["q1", "q2"]
    clash = lines(tmp_path / "c.jsonl", {**LINE, "question": "Quand ?"})
    with pytest.raises(BadQuestionSet, match=r"c\.jsonl:1: .*a\.jsonl:1"):
        read_question_sets([first, second, clash])
    assert read_question_sets([]) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "« id » : texte attendu"),
        ({"id": " "}, "« id » : texte vide"),
        ({"id": True}, "« id » : texte attendu"),
        ({"question": "  "}, "« question » : texte vide"),
        ({"question": 3}, "« question » : texte attendu"),
        ({"answers": "Vienne"}, "« answers » : liste attendue"),
        ({"answers": ["Vienne", ""]}, "« answers » : texte vide"),
        ({"answers": [None]}, "« answers » : texte attendu"),
        ({"doc": 1}, "« doc » : texte attendu"),
        ({"tags": "when"}, "« tags » : liste attendue"),
        ({"lang": ["fr"]}, "« lang » : texte attendu"),
    ],
)
def test_a_bad_value_is_named_with_its_line(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    path = lines(tmp_path / "q.jsonl", LINE, {**LINE, "id": "q2", **change})
    assert told(path) == f":2: {reason}"


@pytest.mark.parametrize("key", ["id", "question", "answers"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    path = lines(tmp_path / "q.jsonl", {k: v for k, v in LINE.items() if k != key})
    assert told(path) == f":1: « {key} » manque"


def test_half_a_surrogate_is_refused_where_it_could_not_be_written_back(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "\\ud800", "question": "Où ?", "answers": []}', encoding="utf-8")
    assert told(path) == ":1: « id » : caractère invalide"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "q1"\n', ":1: JSON invalide"),
        (b'\n{"id": "q1", "question": "a", "answers": []}\nnope\n', ":3: JSON invalide, colonne 1"),
        (b'"text"', ":1: objet JSON attendu"),
        (b"[1]\n[2]", ":1: objet JSON attendu"),
        (b'{"a":\n 1}', ": ni SQuAD"),
        (b'{"id": "q1"}\n\xff\n', ":2: n'est pas de l'UTF-8"),
        (b"\x1f\x8b\x08broken", ": archive gzip endommag"),
        (gzip.compress(b'{"id": "q1"}' * 99)[:-12], ": archive gzip endommag"),
        (b"[" * 100_000, ":1: JSON invalide"),
    ],
)
def test_a_file_that_is_no_question_set(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "q.jsonl").write_bytes(content)
    assert told(tmp_path / "q.jsonl").startswith(message)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert told(tmp_path / "none.jsonl") == ": ni fichier ni dossier de ce nom"
    assert told(tmp_path) == ": Is a directory"


def test_squad_2(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    found = [{"text": "Vienne", "answer_start": 20}, {"text": "à Vienne", "answer_start": 18}]
    asked = {"id": "s1", "question": "Où ?", "is_impossible": False, "answers": [*found, found[0]]}
    none = {"id": "s2", "question": "Qui ?", "is_impossible": True, "answers": [], "plausible_answers": found}
    path.write_text(squad(asked, none), encoding="utf-8")
    context = "La session a lieu à Vienne."
    assert read_questions(path) == (
        Question("s1", "fr", "Où ?", ("Vienne", "à Vienne"), None, context),
        Question("s2", "fr", "Qui ?", (), None, context),
    )


def test_squad_1_gzipped_and_in_english(tmp_path: Path) -> None:
    path = tmp_path / "squad.json.gz"
    asked = {"id": 5, "question": "Where?", "answers": [{"text": "Vienna", "answer_start": 26}]}
    text = squad(asked, context="The session is held in the city of Vienna.")
    path.write_bytes(gzip.compress(text.encode()))
    (question,) = read_questions(path)
    assert (question.id, question.lang, question.answers) == ("5", "en", ("Vienna",))


def test_squad_that_names_its_language(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    path.write_text(squad({"id": "v", "question": "Ở đâu?", "answers": []}, lang="vi"), encoding="utf-8")
    assert read_questions(path)[0].lang == "vi"


def test_squad_without_articles(tmp_path: Path) -> None:
    (tmp_path / "squad.json").write_text('{"data": []}', encoding="utf-8")
    assert read_questions(tmp_path / "squad.json") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"data": {}}', ": data: liste attendue"),
        ('{"data": [{}]}', ": data[0].paragraphs: liste attendue"),
        ('{"data": [1]}', ": data[0]: objet JSON attendu"),
        (squad(context=None), ": data[0].paragraphs[0]: « context » : texte attendu"),
        (squad({"question": "Où ?"}), ": data[0].paragraphs[0].qas[0]: « id » manque"),
        (
            squad({"id": "a", "question": "Où ?", "answers": [{}]}),
            ": data[0].paragraphs[0].qas[0].answers[0]: « text » manque",
        ),
        ('{"data":\n [}', ":2: JSON invalide, colonne 3"),
    ],
)
def test_squad_gone_wrong_says_where(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "squad.json").write_text(text, encoding="utf-8")
    assert told(tmp_path / "squad.json").startswith(message)


def test_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.messages._current", "en")
    assert told(lines(tmp_path / "q.jsonl", {"id": "a"})) == ":1: “question” is missing"


@pytest.mark.parametrize("key", sorted(TABLE))
def test_both_languages_say_the_same_things(key: str) -> None:
    french, english = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in TABLE[key])
    assert french == english
