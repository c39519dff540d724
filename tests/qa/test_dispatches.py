"""Bytes to dispatches: encodings, newlines, what is refused and why, and which files are dispatches."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from qa import dispatches
from qa.dates import PartialDate
from qa.dispatches import SourceFile, content_id, decode, find_files, parse, read_bytes
from qa.errors import BadFile, NoDispatches
from qa.factory import SEEDS

FRENCH = "date 2025-05 « L’été à Hanoï »\n\nŒuvre d’art : 1\xa0000 € — c’est déjà prévu.\n"
PLAIN = "date 2025-05 Ete a Hanoi\n\nLe corps du texte.\n"


def named(name: str = "a.txt") -> SourceFile:
    return SourceFile(Path("/x") / name, name)


def refusal(data: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        parse(data, named())
    assert (caught.value.path, caught.value.exit_code) == ("/x/a.txt", 2)
    return caught.value.reason


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (FRENCH.encode(), "utf-8"),
        (FRENCH.encode("utf-8-sig"), "utf-8"),
        (FRENCH.encode("cp1252"), "cp1252"),
        ("L'été à la mairie : « 20 % ».".encode("latin-1"), "cp1252"),
        ("Hà Nội, Đà Nẵng.".encode(), "utf-8"),
        ("日本語のニュース".encode(), "utf-8"),
        (PLAIN.encode("ascii"), "utf-8"),
        (FRENCH.replace("\n", "\r\n").encode(), "utf-8"),
        (FRENCH.replace("\n", "\r\n").encode("cp1252"), "cp1252"),
        (FRENCH.replace("\n", "\r").encode(), "utf-8"),
        (b"Un\r\n\r\r\n\nDeux\tet trois\x0b\x0c.", "utf-8"),
        ("Un\u2028deux\u2029trois\x85quatre.".encode(), "utf-8"),
    ],
)
def test_the_body_is_what_anyone_reads_from_the_file(data: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    dispatch = parse(data, SourceFile(path, "a.txt"))
    assert dispatch.encoding == encoding
    with path.open(encoding=encoding) as file:
        assert dispatch.body == file.read()


def test_what_is_known_of_a_dispatch() -> None:
    dispatch = parse(FRENCH.encode("cp1252"), named("été.txt"))
    assert dispatch.id == hashlib.sha256(FRENCH.encode("cp1252")).hexdigest()[:16]
    assert (dispatch.source, dispatch.path) == ("été.txt", "/x/été.txt")
    assert (dispatch.title, dispatch.published) == ("« L’été à Hanoï »", PartialDate(2025, 5))
    assert (dispatch.language, dispatch.kind, dispatch.supersedes) == ("fr", "text", None)
    assert dispatch.body == FRENCH


def test_a_byte_order_mark_shifts_no_offset_and_is_in_no_title() -> None:
    dispatch = parse(FRENCH.encode("utf-8-sig"), named())
    assert dispatch.body == "\ufeff" + FRENCH
    assert (dispatch.title, str(dispatch.published)) == ("« L’été à Hanoï »", "2025-05")


def test_the_seeds_are_utf8_and_dated() -> None:
    found = [parse(read_bytes(f), f) for f in find_files([SEEDS])]
    assert [(d.source, d.encoding, str(d.published)) for d in found] == [
        ("000_76e27e3d561b4175.txt", "utf-8", "2025-03"),
        ("001_98a8ff821195ca4d.txt", "utf-8", "2025-05"),
    ]


UTF16 = "texte UTF-16 ; UTF-8, cp1252 ou latin-1 attendu"
BINARY = "fichier binaire, pas du texte"
ENCODING = "encodage inconnu ou fichier binaire ; UTF-8, cp1252 ou latin-1 attendu"
NO_TEXT = "aucun texte dans ce fichier"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (FRENCH.encode("utf-16"), UTF16),
        (b"\xfe\xff" + FRENCH.encode("utf-16-be"), UTF16),
        (FRENCH.encode("utf-16-le"), BINARY),
        (b"Un texte\0 avec NUL.", BINARY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", BINARY),
        ("今日のニュースをお伝えします。".encode("shift_jis"), ENCODING),
        ("Президент встретился с послом Вьетнама в Ханое.".encode("cp1251"), ENCODING),
        ("Президент встретился с послом Вьетнама в Ханое.".encode("koi8-r"), ENCODING),
        ("Ο πρόεδρος συναντήθηκε με τον πρέσβη.".encode("cp1253"), ENCODING),
        ("Prezydent spotkał się z ambasadorem; zażółć gęślą jaźń.".encode("cp1250"), ENCODING),
        # Each letter of it would be a letter of French: "çàáàâà".
        ("забава".encode("cp1251"), ENCODING),
        ("El presidente: ñandú, acción, ¿qué? Ὀ".encode()[:-1], ENCODING),
        (bytes(range(1, 256)), ENCODING),
        (b"Un texte \x1b[31mrouge", ENCODING),
        # UTF-8 with a stray C1 control: as cp1252 it would be quoted as "prÃ©sidÃ©".
        ("Il a présidé l\x92ONU.".encode(), ENCODING),
        (b"", NO_TEXT),
        (b" \n\t ", NO_TEXT),
        ("\ufeff \xa0\n".encode(), NO_TEXT),
        (b"Photo : ND", NO_TEXT),
        (b"date 2025-05\n", NO_TEXT),
        (b"--- *** ...", NO_TEXT),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_an_unknown_encoding_names_the_file_in_one_line() -> None:
    with pytest.raises(BadFile) as caught:
        decode(b"\x00", Path("/x/photo.txt"))
    assert str(caught.value) == f"/x/photo.txt : {BINARY}"


def test_the_id_is_of_the_bytes_alone() -> None:
    assert content_id(b"a") == parse(b"a", named("b.txt")).id == parse(b"a", named("c.txt")).id
    assert content_id(b"a") != content_id(b"a\n")


@pytest.mark.parametrize("data", [b"", b"  \r\n\t"])
def test_an_empty_file_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(BadFile, match="fichier vide"):
        read_bytes(SourceFile(path, "a.txt"))


def test_a_file_over_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dispatches, "MAX_BYTES", 10)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 10)
    assert read_bytes(SourceFile(path, "a.txt")) == b"x" * 10
    path.write_bytes(b"x" * 11)
    with pytest.raises(BadFile, match=r"trop grand pour une dépêche \(11 octets > 10\)"):
        read_bytes(SourceFile(path, "a.txt"))


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="ni fichier ni dossier de ce nom"):
        read_bytes(SourceFile(tmp_path / "a.txt", "a.txt"))


def test_files_below_folders_in_order_each_once(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/é.TXT", "a.txt", ".cachée.txt", "notes.md", "dossier.txt/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find_files([tmp_path, tmp_path / "a.txt", tmp_path])
    assert [f.source for f in found] == ["a.txt", "b.txt", "dossier.txt/c.txt", "sub/é.TXT"]
    assert all(f.path.is_absolute() for f in found)


def test_a_file_that_is_named_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x", encoding="utf-8")
    assert [f.source for f in find_files([tmp_path / "notes.md"])] == ["notes.md"]


def test_a_relative_path_is_kept_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert find_files([Path(".")]) == [SourceFile(tmp_path / "a.txt", "a.txt")]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        find_files([tmp_path, tmp_path / "absent"])
    assert str(caught.value) == f"{tmp_path / 'absent'} : ni fichier ni dossier de ce nom"


def test_folders_without_dispatches_are_named(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    with pytest.raises(NoDispatches) as caught:
        find_files([tmp_path / "vide", tmp_path])
    assert str(caught.value) == f"{tmp_path / 'vide'}, {tmp_path} : aucune dépêche trouvée (fichiers .txt)"


def test_hidden_folders_are_not_looked_into(tmp_path: Path):
    for name in ("a.txt", ".corbeille/b.txt", "c/.git/d.txt", "c/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("texte", encoding="utf-8")
    assert [f.source for f in find_files([tmp_path])] == ["a.txt", "c/e.txt"]
    assert [f.source for f in find_files([tmp_path / ".corbeille"])] == ["b.txt"]
