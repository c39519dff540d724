"""A conversation as a document: Markdown, CSV, Word.

Called by the chat. Each answer comes with its quote in its paragraph, its reference in press style, the file
and the offsets, so that whoever reads the document can check it. In the language in use. python-docx is
imported when a Word document is asked for.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.errors import QaError
from qa.filters import filters_in_words
from qa.messages import current
from qa.presenting import why_withheld, withheld_in_words
from qa.quoting import dispatches_of, quotation, reference
from qa.rendering.text import cited_parts, sure_in_words
from qa.talk import Turn
from qa.types import Answer, Citation, Reply
from qa.wording import percent, word

Format = Literal["md", "csv", "docx"]

_LINE_ENDS = re.compile(r"\s*[\n\r\f\v\u2028\u2029\x85]\s*")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "question", "filters", "answer", "probability", "reference",
    "dispatch_title", "date", "file", "paragraph_number", "start", "end", "cited_paragraph", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A file to save."""

    name: str
    media_type: str
    data: bytes


def export(turns: Sequence[Turn], form: Format) -> Document:
    """The conversation as a file. Raises KeyError for a format that is none."""
    media_type, write = _FORMATS[form]
    return Document(f"{word('export_name')}.{form}", media_type, write(turns))


def _markdown(turns: Sequence[Turn]) -> bytes:
    return (
        "\n\n".join([f"# {word('title')}", *(b for t in turns for b in _markdown_turn(t))]).encode() + b"\n"
    )


def _markdown_turn(turn: Turn) -> Iterator[str]:
    yield f"## {_plain(turn.question)}"
    if turn.filters:
        yield f"_{_plain(filters_in_words(turn.filters))}_"
    answer = _answer(turn)
    if answer is None:
        yield f"**{_plain(_withheld(turn))}**"
        return
    yield f"**{_plain(answer.text)}** ({_plain(_sure(answer))})"
    before, span, after = (_plain(part) for part in cited_parts(answer.citation))
    yield f"> «\u00a0{before}**{span}**{after}\u00a0»"
    for line in _references(turn, answer):
        yield _plain(line)


def _csv(turns: Sequence[Turn]) -> bytes:
    """With the mark by which a spreadsheet knows UTF-8, and the separator that its language expects."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if current() == "fr" else ",")
    writer.writerow([word(f"column_{name}") for name in _COLUMNS])
    for turn in turns:
        writer.writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in _row(turn)])
    return out.getvalue().encode("utf-8-sig")


def _row(turn: Turn) -> list[str | int]:
    asked = [turn.question, filters_in_words(turn.filters)]
    answer = _answer(turn)
    if answer is None:
        return [*asked, *[""] * (len(_COLUMNS) - 3), _withheld(turn)]
    c = answer.citation
    where: list[str | int] = [
        c.title,
        str(c.published or ""),
        c.source,
        c.paragraph,
        c.start,
        c.end,
        c.passage_text,
    ]
    return [*asked, answer.text, percent(answer.confidence), _reference(turn, c), *where, _sure(answer)]


def _docx(turns: Sequence[Turn]) -> bytes:
    from docx import Document as new_document
    from docx.enum.text import WD_COLOR_INDEX

    document = new_document()
    document.add_heading(word("title"), 0)
    for turn in turns:
        document.add_heading(_printable(turn.question), 1)
        if turn.filters:
            document.add_paragraph(filters_in_words(turn.filters)).runs[0].italic = True
        answer = _answer(turn)
        if answer is None:
            document.add_paragraph(_printable(_withheld(turn)))
            continue
        stated = document.add_paragraph()
        stated.add_run(_printable(answer.text)).bold = True
        stated.add_run(f" ({_sure(answer)})")
        before, span, after = (_printable(part) for part in cited_parts(answer.citation))
        quoted = document.add_paragraph(f"«\u00a0{before}", style="Quote")
        quoted.add_run(span).font.highlight_color = WD_COLOR_INDEX.YELLOW
        quoted.add_run(f"{after}\u00a0»")
        for line in _references(turn, answer):
            document.add_paragraph(_printable(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _answer(turn: Turn) -> Answer | None:
    reply = turn.outcome
    return reply.result if isinstance(reply, Reply) and isinstance(reply.result, Answer) else None


def _withheld(turn: Turn) -> str:
    """Why there is no answer, in a sentence."""
    reply = turn.outcome
    if isinstance(reply, Reply) and not isinstance(reply.result, Answer):
        return f"{withheld_in_words(reply.result)} {why_withheld(reply, reply.result, word)}"
    return str(reply) if isinstance(reply, QaError) else word("unexpected")


def _sure(answer: Answer) -> str:
    return f"{sure_in_words(answer.confidence)}, {percent(answer.confidence)}"


def _references(turn: Turn, answer: Answer) -> Iterator[str]:
    """A line for each place that says it: quotation, title, file and offsets."""
    dispatches = dispatches_of(turn.outcome) if isinstance(turn.outcome, Reply) else []
    for c in answer.citations:
        place = word("place", n=c.paragraph, start=c.start, end=c.end)
        yield f"{quotation(c, dispatches)} – {c.title} – {c.source}, {place}"


def _reference(turn: Turn, citation: Citation) -> str:
    return reference(citation, dispatches_of(turn.outcome) if isinstance(turn.outcome, Reply) else [])


def _plain(text: str) -> str:
    """Text on one line that Markdown leaves as it is; blanks at its ends stay."""
    return _MARKDOWN.sub(r"\\\1", _LINE_ENDS.sub(" ", text))


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


_FORMATS: dict[Format, tuple[str, Callable[[Sequence[Turn]], bytes]]] = {
    "md": ("text/markdown", _markdown),
    "csv": ("text/csv", _csv),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
}
