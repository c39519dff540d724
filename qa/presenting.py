"""Replies as the JSON of the contract and as lines for a terminal. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from qa.dates import PartialDate
from qa.messages import current, say
from qa.naming import names_nowhere
from qa.temporal.questions import QuestionTime
from qa.temporal.values import Interval
from qa.types import (
    Abstention,
    Answer,
    AnswerTime,
    Candidate,
    Citation,
    Dispatch,
    Hit,
    IndexReport,
    IndexStatus,
    Reply,
    Told,
)

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
# One in twenty: "confiance 0 %" tells nobody anything.
_WORTH_SHOWING = 0.05
_BOLD, _DIM, _RESET = "\033[1m", "\033[2m", "\033[0m"


def date_in_words(published: PartialDate | None) -> str:
    """``mai 2025``, ``19 mai 2025 à 14 h 30``, ``2025``; the word for undated when None."""
    if published is None:
        return say("undated")
    words = [str(published.year)]
    if published.month:
        words.insert(0, _MONTHS[current()][published.month - 1])
    if published.day:
        first = current() == "fr" and published.day == 1
        words.insert(0, "1er" if first else str(published.day))
    if published.minute is not None:
        words.append(say("at_time", hour=published.hour, minute=published.minute))
    return " ".join(words)


def interval_in_words(interval: Interval) -> str:
    """``2025``, ``25 – 26 octobre 2025``, ``depuis 2015``, ``jusqu'à mai 2025``."""
    start, end = interval.start, interval.end
    if start is None or end is None:
        known = start or end
        day = "le " if current() == "fr" and known is not None and known.day else ""
        return say("open_end" if end is None else "open_start", date=day + date_in_words(known))
    if start == end:
        return date_in_words(start)
    first, last = date_in_words(start), date_in_words(end)
    if start.year == end.year:
        # What both share is said once, at the end: "25 – 26 octobre 2025", "juin – août 2025".
        first = first.removesuffix(f" {start.year}")
        if start.month == end.month and start.day and end.day:
            first = first.partition(" ")[0]
    return f"{first} – {last}"


def time_json(time: AnswerTime | None) -> dict[str, Any] | None:
    """What an answer's time expression means: an EDTF interval, and the date it was resolved against."""
    return None if time is None else {"edtf": str(time.interval), "resolved_from": _iso(time.resolved_from)}


def statement_json(statement: Told) -> dict[str, Any]:
    """What another dispatch says, and what the answer does to it."""
    return {
        "answer": statement.text,
        "date": _iso(statement.citation.published),
        "relation": statement.relation,
        "answer_time": time_json(statement.time),
        "citation": citation_json(statement.citation),
    }


def _iso(published: PartialDate | None) -> str | None:
    return str(published) if published else None


def citation_json(citation: Citation) -> dict[str, Any]:
    """A citation; ``open(path, encoding=encoding).read()[start:end] == quote``."""
    return {
        "dispatch": citation.dispatch_id,
        "source": citation.source,
        "path": citation.path,
        "encoding": citation.encoding,
        "title": citation.title,
        "date": _iso(citation.published),
        "paragraph": citation.paragraph,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "text": citation.passage_text,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """A retrieved passage."""
    return {
        "dispatch": hit.dispatch.id,
        "source": hit.dispatch.source,
        "path": hit.dispatch.path,
        "title": hit.dispatch.title,
        "date": _iso(hit.dispatch.published),
        "paragraph": hit.passage.ordinal,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "score": round(hit.score, 4),
        "text": hit.passage.text,
        "copies": [
            {"dispatch": d.id, "source": d.source, "paragraph": p.ordinal, "start": p.start, "end": p.end}
            for p, d in hit.copies
        ],
    }


def dispatch_json(dispatch: Dispatch) -> dict[str, Any]:
    """A whole dispatch; offsets of its citations and passages are into ``text``."""
    return {
        "dispatch": dispatch.id,
        "source": dispatch.source,
        "path": dispatch.path,
        "encoding": dispatch.encoding,
        "title": dispatch.title,
        "date": str(dispatch.published) if dispatch.published else None,
        "text": dispatch.body,
    }


def found_json(question: str, hits: Sequence[Hit]) -> dict[str, Any]:
    """A search as ``qa search --json`` prints it."""
    return {"question": question, "passages": [hit_json(h) for h in hits]}


def reply_json(reply: Reply) -> dict[str, Any]:
    """A reply as ``qa ask --json`` prints it."""
    result = reply.result
    return {
        "question": reply.question,
        "answer": result.text if isinstance(result, Answer) else None,
        "confidence": round(result.confidence, 4),
        "reason": result.reason if isinstance(result, Abstention) else None,
        "answer_time": time_json(result.time) if isinstance(result, Answer) else None,
        "history": [statement_json(s) for s in result.history] if isinstance(result, Answer) else [],
        "question_time": _question_time_json(reply.question_time),
        "citations": [citation_json(c) for c in result.citations] if isinstance(result, Answer) else [],
        "alternatives": [
            {"answer": c.text, "confidence": round(c.confidence, 4), "citation": citation_json(c.citation)}
            for c in result.alternatives
        ],
        "passages": [hit_json(h) for h in reply.hits],
        "timings_ms": dict(reply.timings_ms),
    }


def _question_time_json(time: QuestionTime | None) -> dict[str, Any] | None:
    """The period that the question names, and whether it limits dispatches or events."""
    return None if time is None else {"text": time.text, "edtf": str(time.interval), "role": time.role}


def report_json(report: IndexReport, folder: str) -> dict[str, Any]:
    """A run of the indexer as ``qa index --json`` prints it."""
    values = asdict(report)
    failures = [{"file": f.path, "reason": f.reason} for f in report.failures]
    return {"index": folder, **values, "seconds": round(report.seconds, 2), "failures": failures}


def status_json(status: IndexStatus) -> dict[str, Any]:
    """The state of an index as ``qa status --json`` prints it."""
    values = asdict(status)
    values["problems"] = list(status.problems)
    return values


def reply_lines(reply: Reply, *, colour: bool) -> Iterator[str]:
    """An answer with its citations, or why there is none with the nearest passages."""
    bold, dim, reset = (_BOLD, _DIM, _RESET) if colour else ("", "", "")
    result = reply.result
    if reply.question_time is not None:
        asked = reply.question_time
        yield f"{dim}{say('asked_time', text=asked.text, value=interval_in_words(asked.interval))}{reset}"
    if isinstance(result, Answer):
        meaning = f"  → {meaning_in_words(result.time)}" if result.time and result.time.resolved_from else ""
        yield f"{bold}{result.text}{reset}{meaning}  ({_percent(result.confidence)})"
        yield from (f"  {history_line(t, result.citation.published)}" for t in result.history)
        for citation in result.citations:
            yield ""
            yield f"  « {_marked(citation, bold, reset)} »"
            yield f"  {dim}{_reference(citation)}{reset}"
    else:
        yield f"{bold}{withheld_in_words(result)}{reset} {why_withheld(reply, result, say)}"
        if reply.hits:
            yield ""
            yield say("nearest")
            yield from hit_lines(reply.hits[:3], colour=colour)
    others = worth_showing(result.alternatives)
    if others:
        yield ""
        yield say("others")
        for other in others:
            yield f"  - {other.text}  ({_percent(other.confidence)}; {other.citation.source})"


def worth_showing(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those that a person may take a look at; the JSON has them all."""
    return tuple(c for c in candidates if c.confidence >= _WORTH_SHOWING)


def withheld_in_words(abstention: Abstention) -> str:
    """That there is no answer or, where there may well be one, that none is sure enough."""
    return say("no_answer" if abstention.confidence >= 0.5 else "no_sure_answer")


def why_withheld(reply: Reply, abstention: Abstention, word: Callable[..., str]) -> str:
    """Why there is no answer, in the words of ``word``."""
    names = names_nowhere(reply.question, reply.hits) if reply.hits else ()
    if names:
        return word("why_no_name", names=", ".join(names))
    return word(f"why_{abstention.reason}")


def history_line(statement: Told, answered: PartialDate | None) -> str:
    """``Précisé en mai 2025 ; en mars 2025 : « cette année »``; ``answered``: the answer's date."""
    resolved = statement.time is not None and statement.time.resolved_from is not None
    meaning = f" → {interval_in_words(statement.time.interval)}" if statement.time and resolved else ""
    semicolon = " ;" if current() == "fr" else ";"
    said = say(
        "told", date=at_date(statement.citation.published), text=_one_line(statement.text),
        source=statement.citation.source,
    )  # fmt: skip
    return f"{say('told_' + statement.relation, now=at_date(answered))}{semicolon} {said}{meaning}"


def _of_date(published: PartialDate) -> str:
    """``du 19 mai 2025``, ``d'avril 2025``, ``de 2025``; "of" in English."""
    words = date_in_words(published)
    if current() != "fr":
        return f"of {words}"
    return f"du {words}" if published.day else f"d'{words}" if words[0] in "ao" else f"de {words}"


def at_date(published: PartialDate | None) -> str:
    """``en mai 2025``, ``le 19 mai 2025``; "in" and "on" in English."""
    if published is None:
        return say("undated")
    return say("on_day" if published.day else "in_month", date=date_in_words(published))


def meaning_in_words(time: AnswerTime) -> str:
    """``25 – 26 octobre 2025``, or ``2025, dépêche de mars 2025`` where the dispatch's date was needed."""
    words = interval_in_words(time.interval)
    if time.resolved_from is None:
        return words
    return say("resolved", value=words, date=_of_date(time.resolved_from))


def hit_lines(hits: Sequence[Hit], *, colour: bool) -> Iterator[str]:
    """Passages, best first."""
    dim, reset = (_DIM, _RESET) if colour else ("", "")
    if not hits:
        yield say("nothing_found")
    for rank, hit in enumerate(hits, start=1):
        yield f"{rank}. {_one_line(hit.passage.text)}"
        where = f"{hit.dispatch.source}, {say('paragraph', n=hit.passage.ordinal)}"
        yield f"   {dim}{date_in_words(hit.dispatch.published)} · {where} · {hit.score:.3f}{reset}"


def status_lines(status: IndexStatus) -> Iterator[str]:
    """The state of an index, one fact a line."""
    dates = f"{status.earliest} – {status.latest}" if status.earliest else say("undated")
    rows = (
        ("status_folder", status.folder),
        ("status_dispatches", status.dispatches),
        ("status_passages", status.passages),
        ("status_dates", dates),
        ("status_encoder", status.encoder),
        ("status_reader", status.reader),
        (
            "status_size",
            f"{status.bytes / 1e6:.1f} Mo" if current() == "fr" else f"{status.bytes / 1e6:.1f} MB",
        ),
        ("status_health", say("healthy") if status.healthy else " ; ".join(status.problems)),
    )
    width = max(len(say(key)) for key, _ in rows)
    for key, value in rows:
        yield f"{say(key):<{width}}  {value}"


def report_lines(report: IndexReport) -> Iterator[str]:
    """The summary of a run of the indexer; failures are for stderr."""
    values = asdict(report)
    yield say("report", failed=len(report.failures), **values)


def _marked(citation: Citation, bold: str, reset: str) -> str:
    a, b = citation.start - citation.passage_start, citation.end - citation.passage_start
    text = citation.passage_text
    return _one_line(f"{text[:a]}{bold}{text[a:b]}{reset}{text[b:]}")


def _reference(citation: Citation) -> str:
    place = f"{citation.source}, {say('paragraph', n=citation.paragraph)}, {citation.start}-{citation.end}"
    return f"{citation.title} · {date_in_words(citation.published)} · {place}"


def _percent(probability: float) -> str:
    return say("confidence", percent=round(100 * probability))


def _one_line(text: str) -> str:
    return " ".join(text.split())
