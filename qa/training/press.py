"""Questions made from French press text: what an acronym stands for, who somebody is, who holds an office.

Encyclopedias spell these out; agencies put them between commas and brackets, where no question of the
training data points. Three patterns find them with their offsets: a long form before a bracketed acronym
(after Schwartz & Hearst 2003, "A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical
Text", but by initials alone), an office after a name, an office before a name. What the pattern found is the
answer; the same question about a name or an acronym of another article is a negative.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.building.texts import read_rows
from qa.lexical import fold
from qa.training.data import Example
from qa.training.sentences import around

_PART = r"[A-ZÉ][a-zà-ÿ]+(?:[-'’][A-ZÉ]?[a-zà-ÿ]+)*"
_NAME = rf"{_PART}(?: (?:de |d['’]|le |van |von |ben |al-)?{_PART}){{1,2}}"
_OFFICE = (
    r"(?:vice-|ex-|co|ancien |ancienne |premier |première )?"
    r"(?:président|présidente|ministre|directeur|directrice|chef|cheffe|porte-parole|secrétaire|responsable|"
    r"professeur|professeure|avocat|avocate|maire|député|députée|patron|patronne|analyste|économiste|chercheur|"
    r"chercheuse|fondateur|fondatrice|procureur|procureure|sénateur|sénatrice|juge|ambassadeur|ambassadrice|"
    r"coordinateur|coordinatrice|délégué|déléguée|expert|experte|spécialiste|conseiller|conseillère|commissaire|"
    r"représentant|représentante|candidat|candidate|général|historien|historienne|politologue|sociologue|"
    r"journaliste|entraîneur|membre)"
)
_AFTER = re.compile(rf"\b({_NAME}), ((?:le |la |l['’])?{_OFFICE}\b[^,.;:()\"«»]{{3,120}})(?=[,.])")
# A name does not begin right after "de la": there "Santé Paul Durand" is the office's end and the name.
_NAME_AFTER = rf"(?<!\bla )(?<!\ble )(?<!\bles )(?<!\bdu )(?<!\bde )(?<!\bdes )(?<!\baux )({_NAME})\b"
_BEFORE = re.compile(
    rf"\b(?:[Ll]e |[Ll]a )({_OFFICE}\b(?: [a-zà-ÿ'’]+| [A-ZÉ][a-zà-ÿ]+){{0,6}}?) {_NAME_AFTER}"
)
_ACRONYM = re.compile(r"(?<=[^\s(] )\(([A-Z]{2,8})\)")
_WORD = re.compile(r"[A-Za-zÀ-ÿ0-9]+")
_SKIPPED = frozenset("de du des la le les l d et en à au aux pour sur contre dans un une".split())
_VERBS = re.compile(
    r"\b(?:a|ont|est|sont|était|étaient|avait|avaient|sera|qui|que|dont|où|selon|lors|après|avant)\b"
    r"|\bsur [A-Z]|\baux Echos|\baux Échos|\ben [a-z]+ant\b"
)
_DANGLING = re.compile(r"\b(?:de|du|des|la|le|les|à|au|aux|en|pour|et|sur|par|chez|dans)$|['’]$")
_FEMININE = re.compile(
    r"secrétaire générale|(?:co|vice-|ex-)?\w*(?:ente|trice|effe|ée|ate|onne|euse|ère|ienne|erte|ure)\b"
)

_STANDS_FOR = (
    "Que signifie {} ?", "Que veut dire {} ?", "Que désigne le sigle {} ?", "{} c'est quoi", "sigle {}",
    "À quoi correspond l'acronyme {} ?", "What does {} stand for?", "What is {}?", "{} là viết tắt của gì?",
)  # fmt: skip
_WHO_IS = (
    "Qui est {} ?", "Quelle est la fonction de {} ?", "Quel poste occupe {} ?", "qui est {}", "{} fonction",
    "Who is {}?", "What is the position of {}?", "{} là ai?", "{} giữ chức vụ gì?",
)  # fmt: skip
_WHO_HOLDS = ("Qui est {} ?", "Comment s'appelle {} ?", "Comment se nomme {} ?", "{} nom")


@dataclass(frozen=True, slots=True)
class Found:
    """What a pattern found: the ways to ask, what is asked about, and where the answer stands."""

    ways: tuple[str, ...]
    subject: str
    start: int
    end: int


def press_examples(path: Path, rng: random.Random) -> list[Example]:
    """One question for each find in the articles of ``path``, and a negative for every third."""
    found = [(text, f) for text in (row["text"] for row in read_rows(path)) for f in find(text)]
    made = []
    for number, (text, one) in enumerate(found):
        example = _example(f"press:{number}", text, one, rng)
        made.append(example)
        if number % 3 == 0:
            made += _negative(example, rng.choice(found)[1], rng)
    return made


def find(text: str) -> Iterator[Found]:
    """Acronyms and offices in a text, with offsets of what answers."""
    for match in _ACRONYM.finditer(text):
        start = _long_form(text, match.start() - 1, match[1])
        if start is not None:
            yield Found(_STANDS_FOR, match[1], start, match.start() - 1)
    for match in _AFTER.finditer(text):
        if _is_office(match[2]):
            yield Found(_WHO_IS, match[1], *match.span(2))
            yield Found(_WHO_HOLDS, _with_article(match[2]), *match.span(1))
    for match in _BEFORE.finditer(text):
        if _is_office(match[1]):
            yield Found(_WHO_HOLDS, _with_article(match[1]), *match.span(2))


def _is_office(text: str) -> bool:
    """Whether it says of what, whole and no more: "ministre de la Santé", not "ministre" or "ministre du"."""
    return len(_WORD.findall(text)) > 2 and not _VERBS.search(text) and not _DANGLING.search(text)


def _long_form(text: str, end: int, acronym: str) -> int | None:
    """Where the words start whose initials spell the acronym, small words skipped; None if none do."""
    letters = list(acronym.lower())
    for word in reversed(list(_WORD.finditer(text, max(0, end - 150), end))):
        if word[0].lower() in _SKIPPED:
            continue
        if fold(word[0])[0] != letters.pop():
            return None
        if not letters:
            return word.start()
    return None


def _with_article(office: str) -> str:
    if re.match(r"(?:le |la |l['’])", office):
        return office
    if fold(office)[0] in "aeiou":
        return f"l'{office}"
    return f"{'la' if _FEMININE.match(office) else 'le'} {office}"


def _example(name: str, text: str, found: Found, rng: random.Random) -> Example:
    context, answer = around(text, found.start, found.end, rng)
    question = rng.choice(found.ways).format(found.subject)
    return Example(name, "fr", name, context, question, (answer,))


def _negative(example: Example, other: Found, rng: random.Random) -> list[Example]:
    """The same context asked about another article's subject; none if that subject is spoken of here."""
    known = {w.lower() for w in _WORD.findall(other.subject) if w[0].isupper()} or {other.subject}
    if any(word in example.context.lower() for word in known):
        return []
    question = rng.choice(other.ways).format(other.subject)
    return [replace(example, id=f"{example.id}#other", question=question, answers=())]
