"""Questions made from parsed French sentences: each part of a clause is asked for in turn.

Statements are turned into questions by their syntax, as Heilman & Smith (2010, "Good Question! Statistical
Ranking for Question Generation") do for English: a subject, an object, a time, a place, a number, a reason,
an agent or an office is taken out and the fitting question word goes to the front. A parser's errors give odd
questions; annotators ask odd ones too, and those that no reader can make sense of are left out afterwards
(``qa.training.parsed``).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Span, Token

from qa.training.clauses import Clause, clauses, elided, ordered, phrase, said

_PERSON = frozenset(
    "président présidente ministre maire directeur directrice chef porte-parole secrétaire député députée "
    "sénateur sénatrice roi reine empereur prince princesse pape général colonel acteur actrice chanteur "
    "chanteuse cinéaste réalisateur réalisatrice écrivain auteur auteure joueur joueuse entraîneur champion "
    "championne homme femme avocat avocate procureur juge médecin chercheur chercheuse professeur philosophe "
    "peintre compositeur architecte patron patronne candidat candidate ambassadeur ambassadrice gouverneur "
    "commissaire préfet évêque militant militante journaliste frère père mère fils fille épouse mari".split()
)
_YEAR = re.compile(r"(?:en |l'an )?\d{4}", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:\d{4}|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|lundi"
    r"|mardi|mercredi|jeudi|vendredi|samedi|dimanche|siècle|hier|années?|veille|lendemain|semaine|mois"
    r"|week-end|automne|printemps|hiver|été|matin|soir|soirée|matinée|nuit|époque)\b",
    re.IGNORECASE,
)
_LASTING = re.compile(r"\b(?:secondes?|minutes?|heures?|jours?|semaines?|mois|ans|années|siècles)$", re.I)
_BECAUSE = re.compile(
    r"^(?:parce qu|car\b|puisqu|en raison d|à cause d|grâce |faute d|à la suite d|sous prétexte)", re.I
)
_IN_ORDER = re.compile(r"^(?:pour|afin d|afin qu|pour qu|en vue d)\b", re.I)
_NATIONAL = re.compile(r"(?:aise?|oise?|aine?|ien|ienne|ande?)$")
_AGED = re.compile(r"(?:,| \(|, âgée? de) ?(\d{1,2} ans)\b")
_ODD = re.compile(
    r"\b(?:et|ou|de|que|d'|en|le|la|les|où|qui|dont) \?|\bet (?:est|a|ont|sont)\b|[«»\"“”()]|\?.*\?"
    r"|\bqu'[eé]t|% ?\b[a-z]"
)
_OF = ("de", "du", "des", "d'", "d’")
_WHERE = ("à", "au", "aux", "en", "dans", "sur", "près", "chez", "sous", "vers")
_PREPOSITIONS = {
    "à": "À", "au": "À", "aux": "À", "de": "De", "du": "De", "des": "De", "avec": "Avec", "contre": "Contre",
    "sur": "Sur", "dans": "Dans", "par": "Par", "pour": "Pour", "sous": "Sous", "vers": "Vers", "en": "En",
}  # fmt: skip
# How often an answer goes without its preposition, and a count without its noun, as annotators have it.
_BARE = 0.55
_LONGEST_TIME = 8
_LONGEST_PLACE = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its kind, and the characters [start, end) of the document that answer it."""

    kind: str
    question: str
    start: int
    end: int


def questions(sentence: Span, rng: random.Random) -> list[Asked]:
    """Every question of one parsed sentence, in random order."""
    asked = [a for clause in clauses(sentence) for ask in _ASKERS for a in ask(clause, rng)]
    asked += [*_offices(sentence, rng), *_nationalities(sentence), *_ages(sentence)]
    asked = [a for a in asked if _fit(a)]
    rng.shuffle(asked)
    return asked


def _fit(asked: Asked) -> bool:
    return (
        12 < len(asked.question) < 150
        and 0 < asked.end - asked.start < 120
        and not _ODD.search(asked.question)
    )


def _ask_subject(clause: Clause, rng: random.Random) -> Iterator[Asked]:
    subject, core = clause.subject, phrase(clause.subject)
    rest = [t for t in clause.rest(core, rng) if t.i > subject.i]
    if not core or len(rest) < 3 or _TIME.search(subject.text):
        return
    plural = "Number=Plur" in str(subject.morph) or any(c.dep_ == "conj" for c in subject.children)
    if subject.pos_ == "PROPN" or subject.lemma_ in _PERSON:
        if not plural:
            yield _asked("subject", f"{rng.choice(('Qui', 'Qui', 'Qui est-ce qui'))} {said(rest)}", core)
    elif len(core) > 3 and rng.random() < 0.6:
        yield _asked("subject", f"{_which(subject)} {subject.text.lower()} {said(rest)}", core)
    elif not plural:
        yield _asked("subject", f"Qu'est-ce qui {said(rest)}", core)


def _ask_object(clause: Clause, rng: random.Random) -> Iterator[Asked]:
    for child in clause.head.children:
        if child.dep_ != "obj" or child.pos_ not in ("NOUN", "PROPN") or child.i < clause.head.i:
            continue
        core = phrase(child)
        subject, verb, rest = clause.parts(core, rng)
        if not core or not verb:
            continue
        if _is_person(child):
            asked = f"Qui {said([*subject, *verb, *rest])}"
        elif child.pos_ == "NOUN" and len(core) > 2 and rng.random() < 0.4:
            asked = f"{_which(child)} {child.text.lower()} {ordered(subject, verb, rest, rng)}"
        elif rng.random() < 0.5:
            asked = elided("Que", [*verb, *subject, *rest])
        else:
            asked = elided("Qu'est-ce que", [*subject, *verb, *rest])
        yield _asked("object", asked, core)


def _ask_oblique(clause: Clause, rng: random.Random) -> Iterator[Asked]:
    for child in clause.head.children:
        if not child.dep_.startswith(("obl", "advmod", "advcl")) or child.dep_ == "obl:agent":
            continue
        core = phrase(child)
        found = next((f for how in _HOW if (f := how(child, core, rng))), None) if core else None
        if found is None:
            continue
        kind, words, answer = found
        subject, verb, rest = clause.parts(core, rng)
        if verb:
            yield _asked(kind, f"{words} {ordered(subject, verb, rest, rng)}", answer)


_Found = tuple[str, str, list[Token]]


def _how_why(child: Token, core: list[Token], rng: random.Random) -> _Found | None:
    text = said(core)
    if _BECAUSE.match(text):
        return "why", rng.choice(("Pourquoi", "Pour quelle raison", "Pourquoi")), core
    if _IN_ORDER.match(text) and any(t.pos_ == "VERB" for t in core):
        return "why", rng.choice(("Pourquoi", "Dans quel but")), core
    gerund = core[0].lower_ == "en" and "VerbForm=Part" in str(child.morph)
    return ("how", "Comment", core) if child.dep_ == "advcl" and gerund else None


def _how_long(child: Token, core: list[Token], rng: random.Random) -> _Found | None:
    text, first = said(core), core[0].lower_
    if first in ("pendant", "durant") and _LASTING.search(text):
        return "time", "Pendant combien de temps", _loose(core, rng)
    return ("time", "Depuis quand", core) if first == "depuis" and _TIME.search(text) else None


def _how_when(child: Token, core: list[Token], rng: random.Random) -> _Found | None:
    dated = _TIME.search(child.text) or child.text.isdigit()
    if not dated or not _TIME.search(said(core)) or len(core) >= _LONGEST_TIME:
        return None
    after = (t.i for t in core if t.i > child.i and t.pos_ == "ADP" and t.lower_ not in _OF)
    stop = next(after, None)
    core = [t for t in core if stop is None or t.i < stop]
    ways = ("En quelle année", "Quand") if _YEAR.fullmatch(said(core)) else _WHEN
    return "time", rng.choice(ways), _loose(core, rng)


_WHEN = ("Quand", "Quand", "À quelle date", "À quel moment")


def _how_where(child: Token, core: list[Token], rng: random.Random) -> _Found | None:
    first = core[0].lower_
    if child.ent_type_ != "LOC" or len(core) >= _LONGEST_PLACE or first not in _WHERE:
        return None
    narrower = {
        "à": "Dans quelle ville",
        "en": "Dans quel pays",
        "au": "Dans quel pays",
        "aux": "Dans quel pays",
    }
    ways = ("Où", narrower[first], "Où") if len(core) == 2 and first in narrower else ("Où",)
    return "place", rng.choice(ways), _loose(core, rng)


def _how_else(child: Token, core: list[Token], rng: random.Random) -> _Found | None:
    word = _PREPOSITIONS.get(core[0].lower_)
    if word is None or child.pos_ not in ("NOUN", "PROPN") or child.dep_ == "advcl":
        return None
    if _is_person(child):
        return "prep", f"{word} qui", _loose(core, rng)
    if child.pos_ == "NOUN" and len(core) > 3:
        return "prep", f"{word} {_which(child).lower()} {child.text.lower()}", _loose(core, rng)
    return None


_HOW: tuple[Callable[[Token, list[Token], random.Random], _Found | None], ...] = (
    _how_why, _how_long, _how_when, _how_where, _how_else,
)  # fmt: skip


def _loose(core: list[Token], rng: random.Random) -> list[Token]:
    bare = core[0].pos_ == "ADP" and len(core) > 1 and rng.random() < _BARE
    return core[1:] if bare else core


def _ask_number(clause: Clause, rng: random.Random) -> Iterator[Asked]:
    for child in clause.head.children:
        if child.dep_ not in ("nsubj", "nsubj:pass", "obj") or child.pos_ != "NOUN":
            continue
        number = next((c for c in child.children if c.dep_ == "nummod" and c.i < child.i), None)
        core = phrase(child)
        if number is None or number not in core:
            continue
        asked = elided("Combien de", [t for t in core if t.i >= child.i])
        if child.dep_ == "obj":
            subject, verb, rest = clause.parts(core, rng)
            question = f"{asked} {ordered(subject, verb, rest, rng)}" if verb else ""
        else:
            question = f"{asked} {said([t for t in clause.rest(core, rng) if t.i > child.i])}"
        numbers = [t for t in core if t.i <= number.i and t.pos_ not in ("DET", "CCONJ")]
        if question and numbers:
            yield _asked("count", question, numbers if rng.random() < _BARE else [*numbers, child])


def _ask_agent(clause: Clause, rng: random.Random) -> Iterator[Asked]:
    for child in clause.head.children:
        core = phrase(child) if child.dep_ == "obl:agent" else []
        subject, verb, rest = clause.parts(core, rng)
        if len(core) > 1 and verb:
            word = "Par qui" if _is_person(child) or child.pos_ == "PROPN" else "Par quoi"
            yield _asked("agent", f"{word} {ordered(subject, verb, rest, rng)}", core[1:])


def _ask_copula(clause: Clause, rng: random.Random) -> Iterator[Asked]:
    head, subject = clause.head, clause.subject
    verb = next((c for c in head.children if c.dep_ == "cop"), None)
    if verb is None or head.pos_ not in ("NOUN", "PROPN") or subject.i > head.i:
        return
    what, who = [t for t in phrase(head) if t.i > verb.i], phrase(subject)
    if not what or not who:
        return
    if what[0].lower_ in ("le", "la", "les", "l'", "l’"):
        word = "Qui" if _is_person(subject) else _which(head)
        yield _asked("copula", f"{word} {verb.text} {said(what)}", who)
    if subject.pos_ == "PROPN" or rng.random() < 0.4:
        word = "Qui est" if _is_person(subject) else "Qu'est-ce que"
        yield _asked("copula", f"{word} {said(who)}", what)


_ASKERS: tuple[Callable[[Clause, random.Random], Iterator[Asked]], ...] = (
    _ask_subject, _ask_object, _ask_oblique, _ask_number, _ask_agent, _ask_copula,
)  # fmt: skip


def _offices(sentence: Span, rng: random.Random) -> Iterator[Asked]:
    """ "le ministre de X, Jean Durand" and "Jean Durand, ministre de X": either asked of the other."""  # noqa: D210
    for name in (e for e in sentence.ents if e.label_ == "PER" and len(e) > 1):
        head = name.root
        before = head.head if head.dep_ in ("appos", "flat:name", "nmod") else None
        office = next((c for c in head.children if c.dep_ == "appos" and c.pos_ == "NOUN"), before)
        if office is None or office.pos_ != "NOUN" or office.lemma_ not in _PERSON:
            continue
        core = [t for t in phrase(office) if not name.start <= t.i < name.end]
        if len(core) < 3 or core[0].pos_ not in ("DET", "NOUN", "ADJ") or core[-1].i - core[0].i >= len(core):
            continue
        article = "" if core[0].pos_ == "DET" else "la " if "Fem" in str(office.morph) else "le "
        yield Asked("office", f"Qui est {article}{said(core)} ?", name.start_char, name.end_char)
        way = rng.choice(("Qui est {}", "Quelle est la fonction de {}", "Que fait {}"))
        yield _asked("office", way.format(name.text), core)


def _nationalities(sentence: Span) -> Iterator[Asked]:
    for name in (e for e in sentence.ents if e.label_ == "PER" and len(e) > 1):
        held = name.root.head
        for word in held.children if held.lemma_ in _PERSON else ():
            if word.dep_ == "amod" and _NATIONAL.search(word.lower_) and abs(word.i - name.start) < 4:
                yield _asked("nation", f"Quelle est la nationalité de {name.text}", [word])


def _ages(sentence: Span) -> Iterator[Asked]:
    for name in (e for e in sentence.ents if e.label_ == "PER"):
        if found := _AGED.match(sentence.doc.text[name.end_char :][:30]):
            at = name.end_char + found.start(1)
            yield Asked("age", f"Quel âge a {name.text} ?", at, at + len(found[1]))


def _which(noun: Token) -> str:
    morph = str(noun.morph)
    return ("Quelle" if "Gender=Fem" in morph else "Quel") + ("s" if "Number=Plur" in morph else "")


def _is_person(token: Token) -> bool:
    return token.ent_type_ == "PER" or (token.pos_ == "NOUN" and token.lemma_ in _PERSON)


def _asked(kind: str, question: str, answer: Sequence[Token]) -> Asked:
    last = answer[-1]
    return Asked(kind, f"{question.strip()} ?", answer[0].idx, last.idx + len(last.text.rstrip()))
