"""What is what in the text of a dispatch: header, paragraphs, captions, credits, signature.

Pure functions from text to offsets, called by ``dispatches`` (date, title), ``passages`` and ``quoting``.
Nothing is changed or lost: a credit or signature is only left outside the block it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.dates import PartialDate
from qa.errors import BadDate
from qa.types import PassageKind

TITLE_LENGTH = 120
# A caption longer than this is a paragraph that happens to end in a credit.
_CAPTION_LENGTH = 500

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_HEADER = re.compile(
    r"\s*date[^\S\n]+(?P<date>\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2})?)?)?)(?![\d-])[^\S\n]*",
    re.IGNORECASE,
)
# "Photo: ND", "(Photo : VNA/CVN)", "Crédit photo : AFP", also glued to the word before: "(AIEA)Photo : Mofa".
# A name holds no end of a sentence: what follows one is text. "sur la photo : le ministre" is text too.
_NAME = r"(?:[^\n:.!?()\[\]]|(?<=\b[A-ZÀ-Þ])\.|\.(?=\w)|\([^()\n]{1,30}\)){1,60}[.)\]]*$"
_CREDIT = re.compile(
    r"[(\[]?(?:(?:[Cc]rédits?|[Ss]ource)\s[Pp]hotos?|Photos?|PHOTOS?|(?<!\w)(?<!\w\s)photos?"
    r"|Photo(?:graphie)?\sd[’']illustration|Image|Illustration|Infographie|Vidéo)\s?:\s?"
    rf"{_NAME}|[(\[]?©{_NAME}",
    re.MULTILINE,
)
# "connexes.- VNA/VI", "strictes. – AFP", "… (AFP)": capitals after the end of a sentence, at the very end.
_SIGNATURE = re.compile(
    r"(?:(?<=[.!?…»\")\]])|(?<=\n))\s*(?:[-–—]\s*|\()[A-Z]{2,8}(?:[/-][A-Za-z]{2,8}){0,3}\)?\.?\s*\Z"
)
_SIGNATURE_ALONE = re.compile(r"\s*(?:[-–—]\s*)?\(?[A-Z]{2,8}(?:/[A-Za-z]{2,8}){0,3}\)?\.?\s*")
_SIGNATURE_WITHIN = 200
_AGENCY = re.compile(r"[A-Z]{2,8}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?:\s?[»\"”)\]])*\s+(?=[«\"“(\[]?\s?[A-ZÀ-ÖØ-ÞŒ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|Mgr|St|Ste|art|av|bd|env|etc|cf|no|vol|p|Gen|Mr|Mrs|Ms)|\b[A-ZÀ-Þ])\.$"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the file: ``body[start:end]``, counted from 0, the header line."""

    ordinal: int
    start: int
    end: int
    kind: PassageKind


@dataclass(frozen=True, slots=True)
class Layout:
    """The date that the header states, and the blocks in order."""

    published: PartialDate | None
    blocks: tuple[Block, ...]


def lay_out(body: str) -> Layout:
    """Find header and blocks. A text without header has its first block at ordinal 1."""
    published, start, header_end = _header(body)
    pieces = list(_pieces(body, start, header_end))
    # An empty header line still is block 0; other empty pieces are no blocks.
    pieces = pieces[:1] + [(a, b) for a, b in pieces[1:] if body[a:b].strip()]
    first = 1 if published is None else 0
    found = [_block(body, first + i, a, b, last=i == len(pieces) - 1) for i, (a, b) in enumerate(pieces)]
    return Layout(published, tuple(block for block in found if block is not None))


def derive_title(body: str, layout: Layout) -> str:
    """The header's text, or a short first line, or the first sentence; cut at a word when long."""
    if not layout.blocks:
        return ""
    first = layout.blocks[0]
    text = " ".join(body[first.start : first.end].split())
    title = text if len(text) <= TITLE_LENGTH else text[: next(iter(sentence_ends(text)), len(text))].strip()
    if len(title) > TITLE_LENGTH:
        cut = title.rfind(" ", 0, TITLE_LENGTH)
        title = title[: cut if cut > 0 else TITLE_LENGTH - 1].rstrip(" ,;:") + "…"
    return title.rstrip(".") if not title.endswith("..") else title


def agency(body: str) -> str | None:
    """The agency that signs at the very end: ``VNA`` for "connexes.- VNA/VI"; None when none does."""
    last_line = body.rstrip().rpartition("\n")[2]
    signed = _SIGNATURE.search(body, max(0, len(body) - _SIGNATURE_WITHIN))
    found = signed.group() if signed else last_line if _SIGNATURE_ALONE.fullmatch(last_line) else ""
    name = _AGENCY.search(found)
    return name.group() if name else None


def sentence_ends(text: str) -> Iterator[int]:
    """Offsets at which a sentence starts after another; abbreviations and initials do not end one."""
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[max(0, match.start() - 6) : match.start()]):
            yield match.end()


def _header(body: str) -> tuple[PartialDate | None, int, int]:
    """The date, where text starts after it, and where the header line ends."""
    match = _HEADER.match(body.removeprefix("\ufeff"))
    if match is None:
        return None, 0, 0
    shift = len(body) - len(body.removeprefix("\ufeff"))
    try:
        published = PartialDate.parse(match["date"])
    except BadDate:
        return None, 0, 0
    start = match.end() + shift
    line_end = body.find("\n", start)
    return published, start, len(body) if line_end < 0 else line_end


def _pieces(body: str, start: int, header_end: int) -> Iterator[tuple[int, int]]:
    """The header line, then runs between blank lines, divided once more after a credit line."""
    if header_end:
        yield start, header_end
        start = header_end
    at = start
    for match in [*_BLANK_LINES.finditer(body, start), None]:
        stop = match.start() if match else len(body)
        for credit in _CREDIT.finditer(body, at, stop):
            if body[credit.end() : stop].strip():
                yield at, credit.end()
                at = credit.end()
        yield at, stop
        at = match.end() if match else stop


def _block(body: str, ordinal: int, start: int, end: int, last: bool) -> Block | None:
    text = body[start:end]
    if last:
        text = "" if _SIGNATURE_ALONE.fullmatch(text) else _SIGNATURE.sub("", text)
    credit = _CREDIT.search(text.rstrip())
    if credit is not None:
        text = text[: credit.start()]
    kept = text.strip("\ufeff \t\n\r\f\v\xa0\u202f\u2009")
    if not any(c.isalnum() for c in kept):
        return None
    at = start + text.index(kept)
    kind: PassageKind = "caption" if credit is not None and len(kept) <= _CAPTION_LENGTH else "paragraph"
    return Block(ordinal, at, at + len(kept), kind)
