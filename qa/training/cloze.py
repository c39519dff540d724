"""Questions made from French press statements by taking a date, a place, a number or a name out of them.

"Trois personnes ont été blessées mardi à Nice" asks "Combien de personnes ont été blessées mardi à
Nice ?", "Quand trois personnes ont été blessées à Nice ?", "Où ...". The question word goes to the front and
the rest stays as it was, some words lost on the way: cloze translation (Lewis, Denoyer & Riedel 2019,
"Unsupervised Question Answering by Cloze Translation"), whose noisy rules teach nearly as much as a
learned translation. Statements are sentences of the text and, worth more since they say it in other words,
of the article's summary and title; the answer is then its place in the most similar sentence of the text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings.building.texts import read_rows
from qa.lexical import terms
from qa.training.data import Example, other_paragraph
from qa.training.sentences import SENTENCE_END, around, press_sentences

_MONTH = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DAY = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_WHEN = re.compile(
    rf"\b(?:(?:le |ce |du )?(?:{_DAY})"
    rf"(?: (?:1er|\d{{1,2}})(?: (?:{_MONTH}))?(?: \d{{4}})?| dernier| prochain)?"
    rf"|(?:le |du )?(?:1er|\d{{1,2}}) (?:{_MONTH})(?: (?:\d{{4}}|dernier|prochain))?"
    rf"|(?:(?:en|fin|début|depuis) )?(?:{_MONTH}) (?:\d{{4}}|dernier|prochain)"
    r"|(?:en|depuis|fin|début) \d{4})\b"
)
_NAME = r"[A-ZÉÈÎÔ][\wà-ÿ]+(?:[-'’ ](?:de |du |d['’]|la |le |l['’])?[A-ZÉÈÎÔ][\wà-ÿ]+)*"
_WHERE = re.compile(
    # "à Paul Durand" is nobody's place.
    rf"\b(?:(?:au|aux|en|près de|dans le|dans la|dans les) {_NAME}|(?:près d['’]|dans l['’]){_NAME}"
    rf"|à (?:la |l['’])?[A-ZÉÈÎÔ][\wà-ÿ]+(?:-[\wà-ÿ]+)*(?! [A-Z]))\b"
)
_COUNT = (
    r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    r"quarante|cinquante|soixante|cent|une dizaine|une vingtaine|une trentaine|une centaine|des dizaines|"
    r"des centaines|"
    r"\d{1,3}(?:[ \xa0.]\d{3})+|\d+(?:,\d+)?"
)
_HOW_MANY = re.compile(
    rf"\b(?:(?:plus|près|moins) (?:de |d['’]))?((?:{_COUNT})(?: (?:mille|millions?|milliards?))?) "
    rf"((?:de |d['’])?(?!{_MONTH}|h\b|heures?\b)[a-zà-ÿ-]{{4,}}(?: [a-zà-ÿ-]{{4,}}s\b)?)",
    re.IGNORECASE,
)
_VERB = r"(?:a|est|va|avait|était|doit|veut|[a-zà-ÿ]+(?:era|ait|it|e))"
_WHO = re.compile(rf"^(?:Le |La |L['’])?(?:[a-zà-ÿ-]+ ){{0,3}}({_NAME}(?: {_NAME})+)(?= {_VERB} )")
_ALIKE = 3  # terms that the answer's sentence shares with a summary's question
_LOST = 0.08  # of the words
_KEYWORDS = 0.1  # of the questions
_WITH_NOUN = 0.35


@dataclass(frozen=True, slots=True)
class Cloze:
    """A question and the words that answer it, at [start, end) of the statement."""

    question: str
    start: int
    end: int


def cloze_examples(path: Path, rng: random.Random, an_article: int = 4) -> list[Example]:
    """At most ``an_article`` questions about each article, those from its summary first; then negatives.

    A negative is every third question beside other sentences of the article, without its answer's text.
    """
    made = [e for article in _articles(path) for e in _about(article, rng)[:an_article]]
    return made + other_paragraph(made, rng)[::3]


def clozes(statement: str, rng: random.Random) -> list[Cloze]:
    """The questions of one statement, at most one of each kind, in random order."""
    made = [
        *_first(_WHEN, 0, "Quand", statement, rng),
        *_first(_WHERE, 0, "Où", statement, rng),
        *_counts(statement, rng),
        *_first(_WHO, 1, "Qui", statement, rng),
    ]
    rng.shuffle(made)
    return made


def _first(
    kind: re.Pattern[str], group: int, asked: str, statement: str, rng: random.Random
) -> Iterator[Cloze]:
    found = list(kind.finditer(statement))
    if found:
        match = rng.choice(found)
        start, end = match.span(group)
        before = "" if asked == "Qui" else statement[:start]
        yield Cloze(_ask(asked, before, statement[end:], rng), start, end)


def _counts(statement: str, rng: random.Random) -> Iterator[Cloze]:
    found = list(_HOW_MANY.finditer(statement))
    if found:
        match = rng.choice(found)
        of = "" if match[2].startswith(("de ", "d'", "d’")) else "d'" if match[2][0] in "aeéiouh" else "de "
        asked = f"Combien {of}{match[2]}"
        # Annotators are of two minds about the noun.
        end = match.end(2 if rng.random() < _WITH_NOUN else 1)
        yield Cloze(
            _ask(asked, statement[: match.start()], statement[match.end() :], rng), match.start(), end
        )


def _ask(asked: str, before: str, after: str, rng: random.Random) -> str:
    """The question word, then what is left of the clauses around the gap."""
    before, after = re.split(r"[;:«»\"]", before)[-1], re.split(r"[;:«»\"]|, (?=qui|dont|a |selon)", after)[0]
    words = f"{before} {after}".rstrip(" .!?…,").split()
    if words and words[0].lower() in _LOWERED:
        words[0] = words[0].lower()
    words = [w for w in words if rng.random() >= _LOST][:24]
    if rng.random() < _KEYWORDS:
        return " ".join([*terms(" ".join(words)).split()[:5], asked.lower()])
    return f"{asked} {' '.join(words)} ?"


_LOWERED = frozenset(
    "le la les un une des l' ce cette ces il elle ils elles du au aux en à dans plus près".split()
)


@dataclass(frozen=True, slots=True)
class _Article:
    id: str
    said: tuple[str, ...]  # in other words than the text's
    text: str


def _articles(path: Path) -> Iterator[_Article]:
    for row in read_rows(path):
        said = (*SENTENCE_END.split(row["summary"]), row["title"])
        yield _Article(row["id"], tuple(s for s in said if len(s) > 30), row["text"])


def _about(article: _Article, rng: random.Random) -> list[Example]:
    made = [e for s in article.said for c in clozes(s, rng) for e in _placed(article, s, c, rng)]
    bounds = [b for b in press_sentences(article.text) if 50 < b[1] - b[0] < 350]
    rng.shuffle(bounds)
    for first, last in bounds[:6]:
        statement = article.text[first:last]
        made += [
            _example(article, c.question, first + c.start, first + c.end, rng)
            for c in clozes(statement, rng)[:1]
        ]
    return [e for e in made if len(e.question) > 25]


def _placed(article: _Article, statement: str, cloze: Cloze, rng: random.Random) -> Iterator[Example]:
    """With the answer in the sentence of the text that shares most terms with the question, if any does."""
    answer, asked = statement[cloze.start : cloze.end], set(terms(cloze.question).split())
    shared: list[tuple[int, int]] = []
    for first, last in press_sentences(article.text):
        at = article.text.find(answer, first, last)
        if at >= 0:
            shared.append((len(asked & set(terms(article.text[first:last]).split())), at))
    alike, at = max(shared, default=(0, 0))
    if alike >= _ALIKE:
        yield _example(article, cloze.question, at, at + len(answer), rng)


def _example(article: _Article, question: str, start: int, end: int, rng: random.Random) -> Example:
    context, answer = around(article.text, start, end, rng)
    return Example(f"cloze:{article.id}", "fr", article.id, context, question, (answer,))
