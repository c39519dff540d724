"""Dispatches in a list, and files before they become dispatches."""

from __future__ import annotations

from collections.abc import Sequence

from qa.archive import Listed
from qa.library import Understood
from qa.presenting import date_in_words
from qa.rendering.text import button, escape
from qa.wording import counted, grouped, word


def list_html(rows: Sequence[Listed], first: int, total: int) -> str:
    """A page of dispatches, each to be read or removed; ``first`` counts from 0."""
    if not rows:
        return f'<p class="qa-count" role="status">{escape(word("none_listed"))}</p>'
    range_ = word(
        "listed", first=grouped(first + 1), last=grouped(first + len(rows)), total=counted(total, "dispatch")
    )
    items = "".join(map(_item, rows))
    return f'<p class="qa-count" role="status">{escape(range_)}</p><ul class="qa-list">{items}</ul>'


def understood_html(files: Sequence[Understood]) -> str:
    """What each file was understood as, before it is added."""
    if not files:
        return ""
    return f'<ul class="qa-list">{"".join(map(_understood, files))}</ul>'


def _item(row: Listed) -> str:
    read = button(
        row.title or row.source, aria_haspopup="dialog", data_dispatch=row.id, data_start=0, data_end=0
    )
    remove = button(
        word("remove"),
        aria_label=word("remove_this", title=row.title),
        data_remove=row.id,
        data_confirm=word("confirm_remove", title=row.title),
    )
    facts = f"{escape(date_in_words(row.published))} · <code>{escape(row.source)}</code>"
    return f"<li>{read}<p>{facts} {remove}</p></li>"


def _understood(file: Understood) -> str:
    if file.problem is not None:
        said = escape(word("failed_file", path=file.file.name, reason=file.problem))
        return f'<li class="qa-bad"><p>{said}</p></li>'
    facts = [date_in_words(file.published), counted(file.paragraphs, "paragraph"), file.name]
    if file.known:
        facts.append(word("already_there"))
    elif file.name != file.file.name:
        facts.append(word("renamed", name=file.file.name))
    return f"<li><strong>{escape(file.title)}</strong><p>{escape(' · '.join(facts))}</p></li>"
