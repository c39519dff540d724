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
from qa.presenting import date_in_words
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
QUESTION_SHOWN = 300

# Lowest probability of each word, from the surest down; the class colours the dot before it.
CONFIDENCE_WORDS = (
    (0.90, "très sûre", "high"),
    (0.70, "assez sûre", "good"),
    (0.45, "à vérifier", "fair"),
    (0.00, "peu sûre", "low"),
)

NO_ANSWER = "Aucune réponse dans les dépêches."

REASONS: dict[AbstentionReason, str] = {
    "empty_index": "L’index ne contient encore aucune dépêche.",
    "no_passage": "Aucun passage ne se rapporte à la question.",
    "no_answer_found": "Des passages s’en approchent, mais aucun n’y répond.",
    "below_threshold": "Les réponses possibles sont trop incertaines pour être affirmées.",
}

# What ends a line in Markdown or JavaScript, and the tab, which gradio would widen: as references they
# pass. No other controls: HTML reads &#133; as "…".
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in "\t\n\r\u2028\u2029"}

# The chat's look. System fonts only; the colours of light and dark are the two blocks at the top.
STYLE = """
.gradio-container {
  --qa-serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif;
  --qa-ink: #22252a; --qa-soft: #62666d; --qa-line: #e4e0d7; --qa-paper: #fff; --qa-mark: #fdedad;
  --qa-high: #3b8f5a; --qa-good: #7d9a3c; --qa-fair: #d0912b; --qa-low: #b9564b;
}
.dark .gradio-container, .dark.gradio-container {
  --qa-ink: #e9e6df; --qa-soft: #a19d95; --qa-line: #37352f; --qa-paper: #211f1c; --qa-mark: #5d4c14;
}
.gradio-container { overflow: visible !important; }
.gradio-container .main { max-width: 47rem !important; margin: 0 auto; padding: 1.25rem 1rem 0 !important; }
.gradio-container .contain > .column { gap: 1rem; min-height: calc(100vh - 1.5rem); }
#qa-header, #qa-header .html-container { padding: 0; }
#qa-header h1 { font: 600 1.9rem/1.2 var(--qa-serif); color: var(--qa-ink); margin: .75rem 0 .5rem; }
#qa-header p { font-size: 1rem; line-height: 1.55; color: var(--qa-soft); margin: 0; }
#qa-dispatches { align-items: center; gap: .5rem 1rem; flex-wrap: wrap; }
#qa-state { flex: 1 1 16rem; }
#qa-state, #qa-outcome { padding: 0; border: 0; }
#qa-state .html-container, #qa-outcome .html-container { padding: 0; }
#qa-state p, .qa-index p { color: var(--qa-soft); font-size: .9rem; line-height: 1.5; margin: 0; }
#qa-state code, .qa-index code { overflow-wrap: anywhere; }
#qa-rebuild {
  flex: 0 0 auto; width: auto; padding: .4rem .9rem; border-radius: .75rem;
  font-size: .9rem; font-weight: 400;
  background: var(--qa-paper); border: 1px solid var(--qa-line); color: var(--qa-ink);
}
#qa-rebuild:hover { border-color: var(--qa-soft); }
.qa-index progress { width: 100%; height: .5rem; accent-color: #3f6b83; }
.qa-index ul { margin: .25rem 0 0 1.1rem; color: var(--qa-soft); font-size: .9rem; overflow-wrap: anywhere; }

#qa-thread { border: 0; background: none; overflow: visible !important; flex-grow: 1; }
#qa-thread .message-row, #qa-thread .message, #qa-thread .flex-wrap {
  background: none !important; padding: 0 !important; border: 0;
}
#qa-thread .prose { opacity: 1; font-size: 1rem; }
#qa-thread .message-wrap { gap: 0; padding: 0 0 1rem; }
#qa-thread .icon-button-wrapper { background: none; border: 0; box-shadow: none; }
#qa-thread .placeholder-content { align-items: stretch; }
#qa-thread .placeholder { display: block; margin: 0; padding: 0 0 .5rem; }
#qa-thread .placeholder p { color: var(--qa-soft); font-size: .9rem; text-align: left; }
#qa-thread .examples {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: .6rem; max-width: none;
  padding: 0; margin: 0;
}
#qa-thread .example {
  margin: 0; padding: .8rem 1rem; border: 1px solid var(--qa-line); border-radius: .75rem;
  background: var(--qa-paper); max-width: none; min-width: 0; justify-content: flex-start;
}
#qa-thread .example:hover { border-color: var(--qa-soft); transform: none; }
#qa-thread .example-text { font-size: .95rem; line-height: 1.4; text-align: left; color: var(--qa-ink); }

.qa-question {
  margin: 2rem 0 1rem auto; padding: .6rem 1rem; width: fit-content; max-width: 88%; line-height: 1.45;
  background: var(--qa-line); border-radius: 1.1rem 1.1rem .25rem 1.1rem; overflow-wrap: anywhere;
  font-size: 1rem; white-space: pre-line; color: var(--qa-ink); scroll-margin-top: 1rem;
}
.qa-question small { color: var(--qa-soft); white-space: nowrap; }
.qa-reply {
  padding-top: .6rem; color: var(--qa-ink); font-size: 1rem; line-height: 1.55; overflow-wrap: anywhere;
}
.qa-reply p { margin: 0; font-size: 1rem; }
.qa-reply .qa-answer { font: 400 1.4rem/1.35 var(--qa-serif); margin-bottom: .85rem; color: var(--qa-ink); }
.qa-reply .qa-answer strong { font-weight: 700; color: inherit; }
.qa-reply .qa-none { margin-bottom: .3rem; }
.qa-reply .qa-reason, .qa-reply .qa-heading { color: var(--qa-soft); }
.qa-reply .qa-heading { margin: 1.1rem 0 .5rem; font-size: .9rem; }
.qa-notice p { color: var(--qa-low); }
.qa-confidence {
  font: 400 .85rem/1 system-ui, sans-serif; color: var(--qa-soft); white-space: nowrap; margin-left: .5rem;
  cursor: help;
}
.qa-confidence::before {
  content: ""; display: inline-block; width: .55rem; height: .55rem; border-radius: 50%; margin-right: .35rem;
}
.qa-high::before { background: var(--qa-high); } .qa-good::before { background: var(--qa-good); }
.qa-fair::before { background: var(--qa-fair); } .qa-low::before { background: var(--qa-low); }
.qa-reply .qa-source {
  margin: 0 0 .75rem; padding: 1rem 1.15rem; background: var(--qa-paper); border: 1px solid var(--qa-line);
  border-radius: .75rem;
}
.qa-reply blockquote {
  font: 400 1.06rem/1.65 var(--qa-serif); white-space: pre-line; color: var(--qa-ink); margin: 0 !important;
  padding: 0 !important; border: 0 !important; background: none;
}
.qa-reply mark {
  background: var(--qa-mark); color: inherit; padding: .08em .15em; border-radius: .2em;
  box-decoration-break: clone; -webkit-box-decoration-break: clone;
}
.qa-reply figcaption { font-size: .85rem; line-height: 1.5; color: var(--qa-soft); margin-top: .75rem; }
.qa-reply cite { font-style: normal; font-weight: 600; color: var(--qa-ink); display: block; }
.qa-reply figcaption span { color: var(--qa-soft); }
.qa-reply code, #qa-state code, .qa-index code {
  font-size: .92em; background: none; border: 0; padding: 0; color: inherit;
}
.qa-reply details { margin: .25rem 0; }
.qa-reply summary { cursor: pointer; color: var(--qa-soft); font-size: .92rem; padding: .2rem 0; }
.qa-reply summary:hover { color: var(--qa-ink); }
.qa-reply details[open] > summary { margin-bottom: .5rem; }
.qa-candidate { margin-bottom: 1rem; }
.qa-candidate > p { margin-bottom: .4rem; }

#qa-ask {
  position: sticky; bottom: 0; z-index: 5; gap: .6rem; padding: .75rem 0 1rem; align-items: flex-end;
  background: var(--body-background-fill); flex-wrap: nowrap;
}
#qa-question { border: 0; background: none; min-width: 0 !important; }
#qa-question textarea {
  font-size: 1rem; line-height: 1.5; padding: .65rem 1rem; border-radius: 1.1rem; color: var(--qa-ink);
  background: var(--qa-paper); border: 1px solid var(--qa-line);
}
#qa-send {
  flex: 0 0 auto !important; min-height: 2.85rem; border-radius: 1.1rem; font-size: 1rem; font-weight: 500;
}
@media (max-width: 30rem) {
  #qa-header h1 { font-size: 1.5rem; margin-top: .25rem; }
  #qa-send { min-width: 0 !important; padding: 0 1rem; }
  .qa-reply .qa-answer { font-size: 1.25rem; }
}
"""


def escape(text: str) -> str:
    """Text for HTML, attributes included; always a single line."""
    return html.escape(text).translate(_REFERENCES)


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
    """One line, plain text: ``2 dépêches, de mars à mai 2025``."""
    if not status.dispatches:
        return "Aucune dépêche"
    words = count(status.dispatches, "dépêche")
    if status.earliest is None or status.latest is None:
        return words
    first, last = PartialDate.parse(status.earliest), PartialDate.parse(status.latest)
    if first == last:
        return f"{words}, {date_in_words(first)}"
    start = date_in_words(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
    since = f"du {start}" if first.day else f"d’{start}" if start[0] in "ao" else f"de {start}"
    until = f"au {date_in_words(last)}" if last.day else f"à {date_in_words(last)}"
    return f"{words}, {since} {until}"


def state_html(status: IndexStatus, folder: str) -> str:
    """What is in the index, and the folder that new dispatches are put into."""
    words = escape(status_in_words(status))
    return f"<p>{words} · dossier <code>{escape(folder)}</code></p>"


def progress_html(progress: Progress | None) -> str:
    """How far indexing has come; None before anything is known."""
    if progress is None or progress.total <= 0:
        return '<div class="qa-index"><progress></progress><p>Lecture du dossier…</p></div>'
    done, total = min(progress.done, progress.total), progress.total
    return (
        f'<div class="qa-index"><progress value="{done}" max="{total}"></progress>'
        f"<p>{grouped(done)} sur {count(total, 'dépêche')}</p></div>"
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
        raise CitationMismatch("citation", source=citation.source, start=citation.start, end=citation.end)
    before, span, after = (escape(part) for part in (text[:start], text[start:end], text[end:]))
    return _paragraph(f"{before}<mark>{span}</mark>{after}")


def _answer(answer: Answer) -> str:
    first, *others = answer.citations
    parts = [
        f'<p class="qa-answer">{_stated(answer.text, answer.confidence)}</p>',
        _cited(first),
    ]
    if others:
        parts.append(_folded(f"Dit aussi ailleurs ({len(others)})", (_cited(c) for c in others)))
    parts.append(_candidates("Autres réponses possibles", answer.alternatives))
    return "".join(parts)


def _abstention(abstention: Abstention, hits: tuple[Hit, ...]) -> str:
    parts = [
        f'<p class="qa-answer qa-none">{_stated(NO_ANSWER, abstention.confidence, "abstention")}</p>',
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
    line = _stated(candidate.text, candidate.confidence)
    return f'<div class="qa-candidate"><p>{line}</p>{_cited(candidate.citation)}</div>'


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
    return f'<figure class="qa-source">{quotation}<figcaption>{caption}</figcaption></figure>'


def _paragraph(inner: str) -> str:
    return f"<blockquote>«\u00a0{inner}\u00a0»</blockquote>"


def _folded(heading: str, parts: Iterable[str]) -> str:
    return f"<details><summary>{escape(heading)}</summary>{''.join(parts)}</details>"


def _stated(text: str, probability: float, what: str = "réponse") -> str:
    """Bold text and how sure it is, in words; the number is in the tooltip."""
    word, level = confidence_in_words(probability)
    title = f"Probabilité que cette {what} soit juste : {percent(probability)}"
    badge = f'<span class="qa-confidence qa-{level}" title="{escape(title)}">{what} {word}</span>'
    return f"<strong>{escape(text)}</strong> {badge}"
