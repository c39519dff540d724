"""Text for HTML, the marked span, and how sure an answer is: what every page of this room is made from."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from qa.errors import CitationMismatch
from qa.types import Citation
from qa.wording import percent, word

# Lowest probability of each word, from the surest down; the class colours the dot before it.
CONFIDENCE_WORDS = (
    (0.90, "very_sure", "high"),
    (0.70, "quite_sure", "good"),
    (0.45, "to_check", "fair"),
    (0.00, "unsure", "low"),
)

# What ends a line in Markdown or JavaScript, and the tab, which gradio would widen: as references they
# pass. No other controls: HTML reads &#133; as "…".
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in "\t\n\r\u2028\u2029"}


def escape(text: str) -> str:
    """Text for HTML, attributes included; always a single line."""
    return html.escape(text).translate(_REFERENCES)


def attributes(values: Mapping[str, object]) -> str:
    """Attributes with their values escaped; those of True stand alone, those of None are left out."""
    given = ((name, value) for name, value in values.items() if value is not None)
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"' for name, value in given
    )


def confidence_in_words(probability: float) -> tuple[str, str]:
    """The word for a probability in 0..1 and the class of its colour; a value in no row is the last."""
    for lowest, key, level in CONFIDENCE_WORDS:
        if probability >= lowest:
            return word(key), level
    return word(CONFIDENCE_WORDS[-1][1]), CONFIDENCE_WORDS[-1][2]


def sure_in_words(probability: float, what: str = "answer") -> str:
    """``réponse très sûre``; ``what``: answer or withheld."""
    return word(f"{what}_is", sure=confidence_in_words(probability)[0])


def badge(probability: float, what: str = "answer") -> str:
    """How sure, in words; the number is shown on hover and on focus, and read out."""
    number = word(f"{what}_probability", percent=percent(probability))
    values = {
        "class": f"qa-confidence qa-{confidence_in_words(probability)[1]}",
        "title": number,
        "tabindex": "0",
        "data-percent": percent(probability),
    }
    spoken = f'<span class="qa-spoken">. {escape(number)}</span>'
    return f"<span{attributes(values)}>{escape(sure_in_words(probability, what))}{spoken}</span>"


def marked_paragraph(citation: Citation) -> str:
    """The cited paragraph with its span in ``<mark>``, placed by offsets.

    Raises CitationMismatch where the offsets do not give the quote.
    """
    before, span, after = (escape(part) for part in cited_parts(citation))
    return paragraph(f"{before}<mark>{span}</mark>{after}")


def cited_parts(citation: Citation) -> tuple[str, str, str]:
    """The cited paragraph before, in and after the span. Raises CitationMismatch."""
    text = citation.passage_text
    start = citation.start - citation.passage_start
    end = citation.end - citation.passage_start
    if not 0 <= start < end <= len(text) or text[start:end] != citation.quote:
        raise CitationMismatch("citation", source=citation.source, start=citation.start, end=citation.end)
    return text[:start], text[start:end], text[end:]


def paragraph(inner: str) -> str:
    """HTML as a quotation in guillemets: what is quoted is French in either language."""
    return f"<blockquote>«\u00a0{inner}\u00a0»</blockquote>"


def folded(heading: str, parts: Iterable[str], *, kind: str = "") -> str:
    """Parts that are shown when the heading is opened."""
    opened = f"<summary>{escape(heading)}</summary>{''.join(parts)}"
    return f"<details{attributes({'class': kind or None})}>{opened}</details>"


def button(label: str, **values: object) -> str:
    """A button; underscores in the names of its attributes are hyphens."""
    given = {name.replace("_", "-"): value for name, value in values.items()}
    return f'<button type="button"{attributes(given)}>{escape(label)}</button>'
