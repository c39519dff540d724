"""A citation as the press gives it: «\u00a0les 25 et 26 octobre 2025\u00a0», VNA, mai 2025.

Called by ``qa.rendering`` and ``qa.exporting``. Pure: values in, text out.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from qa.blocks import agency
from qa.presenting import date_in_words
from qa.types import Citation, Dispatch, Reply
from qa.wording import word


def quotation(citation: Citation, dispatches: Iterable[Dispatch]) -> str:
    """The quote with its reference, as text to paste. ``dispatches``: where its dispatch may be among."""
    quote = " ".join(citation.quote.split())
    return word("quotation", quote=quote, reference=reference(citation, dispatches))


def reference(citation: Citation, dispatches: Iterable[Dispatch]) -> str:
    """``VNA, mai 2025``; the file's name for a dispatch that no agency signed."""
    return f"{signed_by(citation, dispatches)}, {date_in_words(citation.published)}"


def signed_by(citation: Citation, dispatches: Iterable[Dispatch]) -> str:
    """The agency that signed the dispatch, else the file's name."""
    bodies = (d.body for d in dispatches if d.id == citation.dispatch_id)
    return next(filter(None, map(agency, bodies)), None) or PurePath(citation.source).name


def dispatches_of(reply: Reply) -> list[Dispatch]:
    """The dispatches of the passages that a reply was read from."""
    return [d for hit in reply.hits for d in (hit.dispatch, *(copy for _, copy in hit.copies))]
