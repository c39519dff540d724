"""Bytes to Dispatch: decoding, date, title. Nothing here touches the index.

``body`` is what ``open(path, encoding=dispatch.encoding).read()`` gives: newlines become line feeds, a
byte-order mark stays as the first character. So anyone can check an offset without us.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.blocks import derive_title, lay_out
from qa.detection import language_of
from qa.errors import BadFile, NoDispatches
from qa.messages import os_reason, say
from qa.types import Dispatch

SUFFIXES = frozenset({".txt"})
MAX_BYTES = 20_000_000
# French in cp1252 has about 4 accented letters in 100; another code page read as cp1252 has most of them so.
_MAX_ACCENTED_SHARE = 0.3
_LEGACY_LETTERS = frozenset("àâäáãçéèêëíìîïñóòôöõúùûüýÿæœßÀÂÄÁÃÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸÆŒ")
_LEGACY_SIGNS = frozenset("«»’‘“”„–—…€°º²³½¼·•§£©®™ \xad‰†ªÐðŠšŽž¿¡")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index: its absolute path and its name as shown, relative to the folder asked for."""

    path: Path
    source: str


def find_files(paths: Sequence[Path]) -> list[SourceFile]:
    """Files named, and dispatches below the folders named, each once, in order of path.

    Raises BadFile for a path that does not exist, NoDispatches when nothing was found.
    """
    found: dict[Path, SourceFile] = {}
    for path in paths:
        for file in _files_below(path):
            found.setdefault(file.path, file)
    if not found:
        raise no_dispatches(paths)
    return sorted(found.values(), key=lambda f: f.path)


def is_dispatch(file: Path) -> bool:
    """Whether a file in a folder is taken for a dispatch, by its name."""
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".")


def no_dispatches(paths: Sequence[Path]) -> NoDispatches:
    """The error that names where no dispatch was found."""
    return NoDispatches(
        "no_dispatches", paths=", ".join(map(str, paths)), suffixes=", ".join(sorted(SUFFIXES))
    )


def _files_below(path: Path) -> Iterator[SourceFile]:
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                inside = file.relative_to(path)
                if is_dispatch(file) and not file.is_dir() and not _hidden(inside.parent):
                    yield SourceFile(file.absolute(), inside.as_posix())
        elif path.is_file():
            yield SourceFile(path.absolute(), path.name)
        else:
            raise BadFile(path, say("file_missing"))
    except OSError as error:
        raise BadFile(path, os_reason(error)) from error


def _hidden(folder: Path) -> bool:
    """Whether a folder, or one that it is in, is hidden: what was thrown away lies in one."""
    return any(part.startswith(".") for part in folder.parts)


def content_id(data: bytes) -> str:
    """The dispatch id of these bytes: content decides what is the same dispatch, not its name."""
    return hashlib.sha256(data).hexdigest()[:16]


def read_bytes(file: SourceFile) -> bytes:
    """The file's bytes. Raises BadFile (unreadable, empty, too large, a name that is no text)."""
    if not is_text(str(file.path)):
        # Names from old systems: bytes that are not UTF-8 can be neither archived nor shown.
        raise BadFile(printable(str(file.path)), say("file_name"))
    try:
        size = file.path.stat().st_size
        if size > MAX_BYTES:
            raise BadFile(file.path, say("file_large", size=size, most=MAX_BYTES))
        data = file.path.read_bytes()
    except OSError as error:
        raise BadFile(file.path, os_reason(error)) from error
    if not data.strip():
        raise BadFile(file.path, say("file_empty"))
    return data


def is_text(name: str) -> bool:
    """Whether the name holds no bytes that could not be decoded (surrogate escapes)."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def printable(text: str) -> str:
    """The text with a question mark for each surrogate, which no encoder or terminal takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def parse(data: bytes, file: SourceFile) -> Dispatch:
    """Decode and understand one dispatch. Raises BadFile (binary, unknown encoding, no text)."""
    text, encoding = decode(data, file.path)
    layout = lay_out(text)
    if not layout.blocks:
        raise BadFile(file.path, say("file_no_text"))
    return Dispatch(
        id=content_id(data),
        source=file.source,
        path=str(file.path),
        title=derive_title(text, layout),
        published=layout.published,
        body=text,
        language=language_of(text),
        encoding=encoding,
    )


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """Text (newlines as line feeds) and encoding: UTF-8, else cp1252 where it reads as French.

    Latin-1 without control characters is cp1252 too, so it needs no case of its own.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(path, say("file_utf16"))
    if b"\0" in data:
        raise BadFile(path, say("file_binary"))
    for encoding in ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _has_controls(text):
            # What decodes as UTF-8 is UTF-8: read as cp1252 its accents would be "Ã©".
            break
        if encoding == "utf-8" or _reads_as_legacy(text):
            return text.replace("\r\n", "\n").replace("\r", "\n"), encoding
    raise BadFile(path, say("file_encoding"))


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(c) == "Cc" and c not in "\n\r\t\f\v\x85" for c in set(text))


def _reads_as_legacy(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    accented = [c for c in letters if not c.isascii()]
    strange = {c for c in text if not c.isascii()} - _LEGACY_LETTERS - _LEGACY_SIGNS - {"\xa0"}
    return len(accented) <= _MAX_ACCENTED_SHARE * len(letters) and not strange
