"""Replies as HTML, in French: what the chat shows, without the chat.

Promises: every text that comes from a dispatch, a file name or a user is escaped; the span is marked
by its offsets and never by searching for it; each function returns one line, without a line feed, so
that a Markdown renderer takes it for one block of HTML and leaves it alone. Raises CitationMismatch
where the offsets do not give the quote. Knows nothing of gradio.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from qa.dates import PartialDate
from qa.errors import CitationMismatch
from qa.types import (
    Abstention,
    AbstentionReason,
    Answer,
    Candidate,
    Citation,
    Hit,
    IndexReport,
    IndexStatus,
    Progress,
    Reply,
)

NEAREST_SHOWN = 3
QUESTION_SHOWN = 600

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

# Lowest probability of each word, from the surest down; the class colours the dot before it.
CONFIDENCE_WORDS = (
    (0.90, "très sûre", "high"),
    (0.70, "assez sûre", "good"),
    (0.45, "à vérifier", "fair"),
    (0.00, "peu sûre", "low"),
)

REASONS: dict[AbstentionReason, str] = {
    "empty_index": "L’index ne contient encore aucune dépêche.",
    "no_passage": "Aucun passage ne se rapporte à la question.",
    "no_answer_found": "Des passages s’en approchent, mais aucun n’y répond.",
    "below_threshold": "Les réponses possibles sont trop incertaines pour être affirmées.",
}

# Characters that end a line somewhere (Markdown, JavaScript, Unicode): as references they end none.
_LINE_ENDS = {ord(c): f"&#{ord(c)};" for c in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"}


def escape(text: str) -> str:
    """Text for HTML, attributes included; always a single line."""
    return html.escape(text).translate(_LINE_ENDS)


def date_in_words(date: PartialDate | None) -> str:
    """A date as French writes it, as precise as it is known: ``mai 2025``, ``19 mai 2025``."""
    if date is None:
        return "sans date"
    words = str(date.year)
    if date.month is not None:
        words = f"{MONTHS[date.month - 1]} {words}"
    if date.day is not None:
        words = f"{'1er' if date.day == 1 else date.day} {words}"
    if date.minute is not None:
        words += f" à {date.hour or 0} h {date.minute:02d}"
    return words


def confidence_in_words(probability: float) -> tuple[str, str]:
    """The word for a probability in 0..1 and the class of its colour; a value in no row is the last."""
    for lowest, word, level in CONFIDENCE_WORDS:
        if probability >= lowest:
            return word, level
    return CONFIDENCE_WORDS[-1][1:]


def percent(probability: float) -> str:
    """A probability as French writes it: ``97 %``. Rounding never makes a doubt a certainty."""
    return f"{min(max(round(100 * probability), 1), 99)}\u202f%"


def count(number: int, noun: str, *adjectives: str) -> str:
    """``2 dépêches ajoutées``: number, noun and adjectives agree (French: plural from two on)."""
    ending = "s" if number >= 2 else ""
    return " ".join([grouped(number), *(word + ending for word in (noun, *adjectives))])


def grouped(number: int) -> str:
    """A number with narrow spaces between thousands: ``100 000``."""
    return f"{number:,}".replace(",", "\u202f")


def question_html(question: str) -> str:
    """What the user asked, cut where it is longer than anyone would read."""
    shown = escape(question[:QUESTION_SHOWN].strip())
    if len(question) > QUESTION_SHOWN:
        shown += f"… <small>({count(len(question), 'caractère')})</small>"
    return f'<div class="qa-question">{shown}</div>'


def notice_html(message: str) -> str:
    """A line that tells of a problem."""
    return f'<div class="qa-reply qa-notice" role="alert"><p>{escape(message)}</p></div>'


def reply_html(reply: Reply) -> str:
    """The answer with its citations, or the abstention with the nearest passages.

    Raises CitationMismatch where an offset does not give its quote.
    """
    result = reply.result
    body = _answer(result) if isinstance(result, Answer) else _abstention(result, reply.hits)
    return f'<div class="qa-reply">{body}</div>'


def status_in_words(status: IndexStatus) -> str:
    """One line, plain text: how many dispatches there are and from when."""
    if not status.dispatches:
        return "Aucune dépêche dans l’index."
    words = count(status.dispatches, "dépêche")
    first, last = (date_in_words(PartialDate.parse(d)) if d else "" for d in (status.earliest, status.latest))
    if not first or not last:
        return words
    return f"{words}, {first}" if first == last else f"{words}, de {first} à {last}"


def progress_html(progress: Progress | None) -> str:
    """How far indexing has come; None before the first passage."""
    if progress is None or progress.total <= 0:
        return '<div class="qa-index"><progress></progress><p>Lecture du dossier…</p></div>'
    done, total = min(progress.done, progress.total), progress.total
    return (
        f'<div class="qa-index"><progress value="{done}" max="{total}"></progress>'
        f"<p>{grouped(done)} sur {count(total, 'passage')}</p></div>"
    )


def report_html(report: IndexReport) -> str:
    """What indexing did, on one line, and each file that failed with its reason."""
    failures = "".join(
        f"<li><code>{escape(f.path)}</code> : {escape(f.reason)}</li>" for f in report.failures
    )
    listed = f"<ul>{failures}</ul>" if failures else ""
    return f'<div class="qa-index"><p role="status">{escape(report_in_words(report))}</p>{listed}</div>'


def report_in_words(report: IndexReport) -> str:
    """``Index à jour : 1 dépêche ajoutée, 2 dépêches inchangées.``; plain text, what is zero left out."""
    numbers = (
        (report.added, ("dépêche", "ajoutée")),
        (report.replaced, ("dépêche", "remplacée")),
        (report.unchanged, ("dépêche", "inchangée")),
        (report.removed, ("dépêche", "retirée")),
        (len(report.failures), ("échec",)),
    )
    parts = [count(number, *words) for number, words in numbers if number]
    return f"Index à jour : {', '.join(parts) or 'aucune dépêche'}."


def marked_paragraph(citation: Citation) -> str:
    """The cited paragraph with its span in ``<mark>``, placed by offsets.

    Raises CitationMismatch where the offsets do not give the quote.
    """
    text = citation.passage_text
    start = citation.start - citation.passage_start
    end = citation.end - citation.passage_start
    if not 0 <= start < end <= len(text) or text[start:end] != citation.quote:
        span = f"{citation.start}-{citation.end}"
        raise CitationMismatch(f"{citation.source}: {span} is not {citation.quote!r}")
    before, span, after = (escape(part) for part in (text[:start], text[start:end], text[end:]))
    return _paragraph(f"{before}<mark>{span}</mark>{after}")


def _answer(answer: Answer) -> str:
    first, *others = answer.citations
    parts = [
        f'<p class="qa-answer"><strong>{escape(answer.text)}</strong>{_badge(answer.confidence)}</p>',
        _cited(first),
    ]
    if others:
        parts.append(_folded(f"Dit aussi ailleurs ({len(others)})", (_cited(c) for c in others)))
    parts.append(_candidates("Autres réponses possibles", answer.alternatives))
    return "".join(parts)


def _abstention(abstention: Abstention, hits: tuple[Hit, ...]) -> str:
    parts = [
        '<p class="qa-answer qa-none"><strong>Aucune réponse dans les dépêches.</strong>'
        f"{_badge(abstention.confidence, about='l’abstention')}</p>",
        f'<p class="qa-reason">{escape(REASONS[abstention.reason])}</p>',
    ]
    if hits:
        parts.append('<p class="qa-heading">Les passages les plus proches</p>')
        parts += [_nearest(hit) for hit in hits[:NEAREST_SHOWN]]
    parts.append(_candidates("Réponses écartées", abstention.alternatives))
    return "".join(parts)


def _nearest(hit: Hit) -> str:
    dispatch, passage = hit.dispatch, hit.passage
    source = _source(dispatch.title, dispatch.published, dispatch.source, passage.ordinal)
    return _figure(_paragraph(escape(passage.text)), source)


def _candidates(heading: str, candidates: tuple[Candidate, ...]) -> str:
    if not candidates:
        return ""
    return _folded(f"{heading} ({len(candidates)})", map(_candidate, candidates))


def _candidate(candidate: Candidate) -> str:
    line = f"<p><strong>{escape(candidate.text)}</strong>{_badge(candidate.confidence)}</p>"
    return f'<div class="qa-candidate">{line}{_cited(candidate.citation)}</div>'


def _cited(citation: Citation) -> str:
    source = _source(citation.title, citation.published, citation.source, citation.paragraph)
    return _figure(marked_paragraph(citation), source)


def _source(title: str, published: PartialDate | None, file: str, paragraph: int) -> str:
    """The caption under a quotation. Paragraph 0 is the file's header line."""
    place = f"paragraphe {paragraph}" if paragraph else "en-tête"
    return (
        f"<cite>{escape(title)}</cite> "
        f"<span>{escape(date_in_words(published))} · <code>{escape(file)}</code>, {place}</span>"
    )


def _figure(quotation: str, caption: str) -> str:
    return f'<figure class="qa-source"><figcaption>{caption}</figcaption>{quotation}</figure>'


def _paragraph(inner: str) -> str:
    return f"<blockquote>«\u00a0{inner}\u00a0»</blockquote>"


def _folded(heading: str, parts: Iterable[str]) -> str:
    return f"<details><summary>{escape(heading)}</summary>{''.join(parts)}</details>"


def _badge(probability: float, about: str = "la réponse") -> str:
    word, level = confidence_in_words(probability)
    title = f"Probabilité que {about} soit juste : {percent(probability)}"
    return f' <span class="qa-confidence qa-{level}" title="{escape(title)}">{word}</span>'
