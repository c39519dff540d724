"""A question and what it gave: the answer with its citation, or the abstention with what may help.

Raises CitationMismatch where the offsets of a citation do not give its quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa.dates import PartialDate
from qa.filters import Filters, filters_in_words, period_in_words, permalink
from qa.messages import say
from qa.presenting import (
    date_in_words,
    history_line,
    interval_in_words,
    meaning_in_words,
    why_withheld,
    withheld_in_words,
    worth_showing,
)
from qa.quoting import dispatches_of, quotation
from qa.rendering.quality import judge_html
from qa.rendering.text import (
    attributes,
    badge,
    button,
    escape,
    folded,
    marked_paragraph,
    paragraph,
    sure_in_words,
)
from qa.types import Abstention, Answer, Candidate, Citation, Dispatch, Hit, Reply
from qa.wording import counted, word

NEAREST_SHOWN = 3
QUESTION_SHOWN = 300

_NO_FILTERS = Filters()


def question_html(question: str, filters: Filters = _NO_FILTERS, understood: str = "") -> str:
    """What the user asked, cut where it is longer than anyone would read, and what narrowed it.

    ``understood``: what was asked instead, with buttons to edit that and to ask as typed.
    """
    shown = escape(question[:QUESTION_SHOWN].strip())
    if len(question) > QUESTION_SHOWN:
        shown += f"… <small>({escape(counted(len(question), 'character'))})</small>"
    if filters:
        shown += f' <small class="qa-narrowed">{escape(filters_in_words(filters))}</small>'
    if understood:
        shown += _as_understood(question, understood)
    return f'<div class="qa-question">{shown}</div>'


def _as_understood(question: str, understood: str) -> str:
    edit = button(word("edit_question"), data_edit=understood)
    typed = button(word("ask_as_typed"), data_typed=question)
    said = escape(word("understood_as", question=understood))
    return f'<small class="qa-narrowed">{said}</small>{_actions(edit, typed)}'


def notice_html(message: str) -> str:
    """A line that tells of a problem."""
    said = attributes({"data-say": message})
    return f'<div class="qa-reply qa-notice"{said}><p>{escape(message)}</p></div>'


def reply_html(reply: Reply, filters: Filters = _NO_FILTERS, turn: str = "") -> str:
    """The card: answer or abstention. ``turn`` names it to whoever acts on its buttons.

    Raises CitationMismatch where an offset does not give its quote.
    """
    result = reply.result
    if isinstance(result, Answer):
        said = word("said_answer", answer=result.text, sure=sure_in_words(result.confidence))
        body = _answer(result, dispatches_of(reply), permalink(reply.question, filters))
        said += " " + " ".join(history_line(t, result.citation.published) for t in result.history)
    else:
        why = why_withheld(reply, result, word)
        said = f"{withheld_in_words(result)} {why}"
        body = _abstention(result, why, reply.hits, filters)
    if reply.question_time is not None:
        body = _understood(reply, filters) + body
    if turn:
        body += judge_html()
    return f'<div class="qa-reply"{attributes({"data-turn": turn or None, "data-say": said})}>{body}</div>'


def _answer(answer: Answer, dispatches: Sequence[Dispatch], link: str) -> str:
    first, *others = answer.citations
    parts = [
        f'<p class="qa-answer">{_stated(answer.text, answer.confidence)}</p>',
        _meaning(answer),
        _history(answer),
        _cited(first, dispatches, link),
    ]
    if others:
        heading = word("elsewhere", n=len(others))
        parts.append(folded(heading, (_cited(c, dispatches) for c in others)))
    alternatives = worth_showing(answer.alternatives)
    if alternatives:
        heading = word("others", n=len(alternatives))
        parts.append(folded(heading, _candidates(alternatives, dispatches)))
    return "".join(parts)


def _understood(reply: Reply, filters: Filters) -> str:
    """The period that steered the search, and a link that asks without it."""
    asked = reply.question_time
    assert asked is not None
    period = say("asked_time", text=asked.text, value=interval_in_words(asked.interval))
    link = permalink(reply.question, replace(filters, use_time=False))
    drop = f'<a href="{escape(link)}">{escape(word("drop_time"))}</a>'
    return f'<p class="qa-period">{escape(period)} · {drop}</p>'


def _meaning(answer: Answer) -> str:
    """What the answer's time means, where its words alone do not say it."""
    if answer.time is None or answer.time.resolved_from is None:
        return ""
    return f'<p class="qa-meaning">→ {escape(meaning_in_words(answer.time))}</p>'


def _history(answer: Answer) -> str:
    """What other dispatches say, newest first, each with its dispatch to open there."""
    published = answer.citation.published
    lines = "".join(
        f"<li>{escape(history_line(told, published))} {_see_citation(told.citation)}</li>"
        for told in answer.history
    )
    return f'<ul class="qa-history">{lines}</ul>' if lines else ""


def _see_citation(citation: Citation) -> str:
    return _see(citation.dispatch_id, citation.title, citation.start, citation.end)


def _abstention(abstention: Abstention, why: str, hits: tuple[Hit, ...], filters: Filters) -> str:
    sure = badge(abstention.confidence, "withheld") if hits else ""  # nothing searched is nothing known
    stated = f"<strong>{escape(withheld_in_words(abstention))}</strong> {sure}"
    reason = escape(f"{why} {_searched(hits, filters)}")
    parts = [f'<p class="qa-answer qa-none">{stated}</p>', f'<p class="qa-reason">{reason}</p>']
    if hits:
        parts.append(f'<p class="qa-heading">{escape(word("nearest"))}</p>')
        parts += [_nearest(hit) for hit in hits[:NEAREST_SHOWN]]
    alternatives = worth_showing(abstention.alternatives)
    if alternatives:
        note = f'<p class="qa-note">{escape(word("uncertain_note"))}</p>'
        leads = _candidates(alternatives, [hit.dispatch for hit in hits])
        heading = word("uncertain", n=len(alternatives))
        parts.append(folded(heading, (note, *leads), kind="qa-unsure"))
    advice = "".join(f"<li>{escape(line)}</li>" for line in _advice(abstention, filters))
    parts.append(folded(word("ask_otherwise"), [f"<ul>{advice}</ul>"], kind="qa-advice"))
    return "".join(parts)


def _searched(hits: Sequence[Hit], filters: Filters) -> str:
    """What was looked through; nothing where nothing was found to read."""
    if not hits:
        return ""
    period = period_in_words(filters.period)
    where = word("in_period", period=period) if period else word("everywhere")
    if filters.source:
        where = f"{where} ({word('from_source', source=filters.source)})"
    among = counted(len({hit.dispatch.id for hit in hits}), "dispatch")
    read = word("read", passages=counted(len(hits), "passage"), dispatches=among)
    return word("searched", where=where, read=read)


def _advice(abstention: Abstention, filters: Filters) -> Iterable[str]:
    """How to ask otherwise: first what follows from how it was asked, then what always helps."""
    if abstention.reason == "empty_index":
        return [word("advice_add")]
    own = (
        ("advice_period", bool(filters.period)),
        ("advice_source", bool(filters.source)),
        ("advice_threshold", abstention.reason == "below_threshold" and filters.threshold is not None),
    )
    always = ("advice_name", "advice_one", "advice_words", "advice_more")
    return [word(key) for key in (*(key for key, applies in own if applies), *always)]


def _nearest(hit: Hit) -> str:
    dispatch, passage = hit.dispatch, hit.passage
    source = _source(dispatch.title, dispatch.published, dispatch.source, passage.ordinal)
    actions = _actions(_see(dispatch.id, dispatch.title, passage.start, passage.end))
    return _figure(paragraph(escape(passage.text)), source, actions)


def _candidates(candidates: Iterable[Candidate], dispatches: Sequence[Dispatch]) -> Iterable[str]:
    for candidate in candidates:
        line = _stated(candidate.text, candidate.confidence)
        yield f'<div class="qa-candidate"><p>{line}</p>{_cited(candidate.citation, dispatches)}</div>'


def _cited(citation: Citation, dispatches: Sequence[Dispatch], link: str = "") -> str:
    source = _source(citation.title, citation.published, citation.source, citation.paragraph)
    copies = [button(word("copy_quotation"), data_copy=quotation(citation, dispatches))]
    if link:
        copies.append(button(word("copy_link"), data_link=link))
    see = _see_citation(citation)
    return _figure(marked_paragraph(citation), source, _actions(see, *copies))


def _see(dispatch_id: str, title: str, start: int, end: int) -> str:
    name = word("see_dispatch_of", title=title)
    place = {"data_dispatch": dispatch_id, "data_start": start, "data_end": end}
    return button(word("see_dispatch"), aria_label=name, aria_haspopup="dialog", **place)


def _actions(*buttons: str) -> str:
    return f'<div class="qa-actions">{"".join(buttons)}</div>'


def _source(title: str, published: PartialDate | None, file: str, ordinal: int) -> str:
    """The caption under a quotation. Paragraph 0 is the file's header line."""
    place = word("paragraph", n=ordinal) if ordinal else word("header_line")
    return (
        f"<cite>{escape(title)}</cite> "
        f"<span>{escape(date_in_words(published))} · <code>{escape(file)}</code>, {escape(place)}</span>"
    )


def _figure(quotation: str, caption: str, actions: str) -> str:
    return f'<figure class="qa-source">{quotation}<figcaption>{caption}</figcaption>{actions}</figure>'


def _stated(text: str, probability: float) -> str:
    return f"<strong>{escape(text)}</strong> {badge(probability)}"
