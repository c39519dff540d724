"""The index in words: what it holds, how far its renewal has come, what it did."""

from __future__ import annotations

from qa.dates import PartialDate
from qa.presenting import date_in_words
from qa.rendering.text import escape
from qa.types import IndexReport, IndexStatus, Progress
from qa.wording import counted, grouped, word


def status_in_words(status: IndexStatus) -> str:
    """One line, plain text: ``2 dépêches, de mars à mai 2025``."""
    if not status.dispatches:
        return word("no_dispatch")
    words = counted(status.dispatches, "dispatch")
    if status.earliest is None or status.latest is None:
        return words
    first, last = PartialDate.parse(status.earliest), PartialDate.parse(status.latest)
    if first == last:
        return f"{words}, {date_in_words(first)}"
    start = date_in_words(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
    kind = "day" if first.day else "vowel" if start[0] in "ao" else "other"
    since = word(f"since_{kind}", start=start)
    until = word("until_day" if last.day else "until_other", end=date_in_words(last))
    return f"{words}, {since} {until}"


def state_html(status: IndexStatus) -> str:
    """What is in the index, in a line."""
    return f"<p>{escape(status_in_words(status))}</p>"


def progress_html(progress: Progress | None) -> str:
    """How far indexing has come; None before anything is known."""
    reading = escape(word("reading_folder"))
    if progress is None or progress.total <= 0:
        return f'<div class="qa-index"><progress aria-label="{reading}"></progress><p>{reading}</p></div>'
    done, total = min(progress.done, progress.total), progress.total
    line = word("done_of", done=grouped(done), total=counted(total, "dispatch"))
    return (
        f'<div class="qa-index"><progress aria-label="{reading}" value="{done}" max="{total}"></progress>'
        f"<p>{escape(line)}</p></div>"
    )


def report_html(report: IndexReport) -> str:
    """What indexing did, on one line, and each file that failed with its reason."""
    failures = "".join(
        f"<li>{escape(word('failed_file', path=f.path, reason=f.reason))}</li>" for f in report.failures
    )
    listed = f"<ul>{failures}</ul>" if failures else ""
    return f'<div class="qa-index"><p role="status">{escape(report_in_words(report))}</p>{listed}</div>'


def report_in_words(report: IndexReport) -> str:
    """``Index à jour : 1 dépêche ajoutée, 2 dépêches inchangées.``; plain text, what is zero left out."""
    numbers = (
        (report.added, "added"),
        (report.replaced, "replaced"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
        (len(report.failures), "failure"),
    )
    parts = [counted(number, noun) for number, noun in numbers if number]
    return word("up_to_date", what=", ".join(parts) or word("nothing"))
