"""Clauses of a parsed French sentence: subject, verb, the rest, and the words of each put together again.

Trees are spaCy's (Universal Dependencies). What is cut out of a clause stays whole: a phrase ends before its
relative clauses, its appositions and its coordinated verbs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Span, Token

_LEFT_OUT = ("acl:relcl", "parataxis", "appos", "advcl", "discourse", "vocative", "dislocated")
_ADJUNCT = ("obl", "advmod", "advcl", "parataxis", "discourse")
_ASIDE = ("acl:relcl", "appos", "parataxis", "advcl")
_NEGATED = ("ne", "n'", "n’", "pas", "plus")
_STOPS = (",", "(", "–", "-", ";", ":")
_QUOTED = '«»"“”():;'
# How often what a question can do without is left out of it: asides, adjuncts.
_WITHOUT_ASIDE, _WITHOUT_ADJUNCT = 0.8, 0.45


@dataclass(frozen=True, slots=True)
class Clause:
    """A finite verb (or what a copula joins), its subject's head, and the words of both."""

    head: Token
    subject: Token
    words: tuple[Token, ...]

    def rest(self, core: Sequence[Token], rng: random.Random) -> list[Token]:
        """The words less ``core`` and, at random, less what is not needed."""
        gone = set(core)
        for token in self.words:
            loose = token.head == self.head and token.dep_.startswith(_ADJUNCT)
            aside = token.dep_ in _ASIDE and rng.random() < _WITHOUT_ASIDE
            adjunct = loose and token.lower_ not in _NEGATED and rng.random() < _WITHOUT_ADJUNCT
            if aside or adjunct:
                gone.update(token.subtree)
        words = [t for t in self.words if t not in gone]
        return [t for i, t in enumerate(words) if not (t.is_punct and _at_edge(words, i))]

    def parts(
        self, core: Sequence[Token], rng: random.Random
    ) -> tuple[list[Token], list[Token], list[Token]]:
        """Subject, verb group and the rest without ``core``; three empty lists where there is no verb."""
        subject = phrase(self.subject)
        if self.head.pos_ not in ("VERB", "AUX") or not subject:
            return [], [], []
        verb = [t for t in self.words if t == self.head or self._in_verb_group(t)]
        gone = {*core, *subject, *verb}
        return subject, verb, [t for t in self.rest(core, rng) if t not in gone]

    def _in_verb_group(self, token: Token) -> bool:
        clitic = token.pos_ == "PRON" and token.dep_ in ("obj", "iobj") and token.i < self.head.i
        negation = token.dep_ == "advmod" and token.lower_ in _NEGATED
        return token.head == self.head and (token.dep_.startswith(("aux", "expl")) or clitic or negation)


def clauses(sentence: Span) -> Iterator[Clause]:
    """The clauses that have a noun or a name for a subject, or "qui" for one, and no quotation."""
    for head in sentence:
        subject = _subject(head)
        if subject is not None and _finite(head):
            words = _words(head, subject)
            if len(words) > 3 and not any(t.text in _QUOTED for t in words):
                yield Clause(head, subject, words)


def phrase(head: Token) -> list[Token]:
    """The words of a phrase up to the first comma behind its head that lists nothing."""
    words = [t for t in head.subtree if not _under(t, head)]
    stop = next((t.i for t in words if t.i > head.i and t.text in _STOPS and t.head.dep_ != "conj"), None)
    words = [t for t in words if stop is None or t.i < stop]
    while words and (words[-1].is_punct or words[-1].pos_ in ("ADP", "CCONJ", "DET")):
        words.pop()
    return words[next((i for i, t in enumerate(words) if not t.is_punct), 0) :]


def said(words: Sequence[Token | str]) -> str:
    """Words with a blank wherever the text has one, or where they were not neighbours in it."""
    text = ""
    for i, word in enumerate(words):
        after = words[i + 1] if i + 1 < len(words) else None
        text += f"{word} " if isinstance(word, str) else _spelt(word, words[i - 1] if i else None, after)
    return re.sub(r" +([,.])", r"\1", " ".join(text.split())).strip(" ,")


def elided(word: str, words: Sequence[Token | str]) -> str:
    """``word`` ("que", "de") and the words, its vowel gone before another."""
    text = said(words)
    return f"{word[:-1]}'{text}" if text[:1].lower() in "aeiouyéèêàâîôûhœ" else f"{word} {text}"


def ordered(
    subject: Sequence[Token], verb: Sequence[Token], rest: Sequence[Token], rng: random.Random
) -> str:
    """Subject and verb in one of the four orders in which people ask."""
    way = rng.random()
    bound = any(t.dep_ in ("obj", "xcomp", "ccomp") for t in rest) or any(t.lower_ in _NEGATED for t in verb)
    if way < 0.3 and not bound and verb[0].lower_ not in ("se", "s'", "s’", "y", "en"):
        return said([*verb, *subject, *rest])
    if way < 0.6:
        return said([*subject, *_with_pronoun(subject, verb), *rest])
    if way < 0.8:
        return elided("est-ce que", [*subject, *verb, *rest])
    return said([*subject, *verb, *rest])


def _subject(head: Token) -> Token | None:
    for child in head.children:
        if child.dep_ in ("nsubj", "nsubj:pass"):
            if child.pos_ in ("NOUN", "PROPN"):
                return child
            if child.lower_ == "qui" and head.dep_ == "acl:relcl" and head.head.pos_ in ("NOUN", "PROPN"):
                return head.head
    return None


def _finite(head: Token) -> bool:
    verbs = (t for t in (head, *head.children) if t.pos_ in ("VERB", "AUX"))
    return any("VerbForm=Fin" in str(t.morph) for t in verbs)


def _words(head: Token, subject: Token) -> tuple[Token, ...]:
    """The clause without its coordinated clauses and the conjunction that leads it."""
    out: set[Token] = set()
    for child in head.children:
        if child.dep_ in ("conj", "mark", "cc", "punct", "parataxis") or child.lower_ == "qui":
            out.update(child.subtree)
    words = {t for t in head.subtree if t not in out} | set(phrase(subject))
    return tuple(sorted(words, key=lambda t: t.i))


def _under(token: Token, head: Token) -> bool:
    """Whether a token belongs to an aside or a coordinated verb below ``head``."""
    while token not in (head, token.head):
        coordinated = token.dep_ == "conj" and (token.pos_ in ("VERB", "AUX") or _finite(token))
        if coordinated or token.dep_ in _LEFT_OUT:
            return True
        token = token.head
    return False


def _at_edge(words: Sequence[Token], i: int) -> bool:
    return i == 0 or i + 1 == len(words) or bool(words[i + 1].is_punct)


def _spelt(word: Token, before: Token | str | None, after: Token | str | None) -> str:
    first = not isinstance(before, Token) or before.i != word.i - 1
    text = word.text.lower() if first and not word.ent_type_ and word.pos_ != "PROPN" else word.text
    if isinstance(after, Token) and after.i == word.i + 1:
        return f"{text}{word.whitespace_}"
    return str(text) if text.endswith(("'", "’")) else f"{text} "


def _with_pronoun(subject: Sequence[Token], verb: Sequence[Token]) -> list[Token | str]:
    """The first finite verb with the subject's pronoun hung on: "a-t-elle signé"."""
    head = next((t for t in subject if t.dep_.startswith("nsubj")), subject[0])
    morph = str(head.morph)
    pronoun = ("elle" if "Gender=Fem" in morph else "il") + ("s" if "Number=Plur" in morph else "")
    finite = next((i for i, t in enumerate(verb) if "VerbForm=Fin" in str(t.morph)), None)
    if finite is None:
        return list(verb)
    word = verb[finite].text
    hung = f"{word}-t-{pronoun}" if word[-1] in "aec" else f"{word}-{pronoun}"
    return [*verb[:finite], hung, *verb[finite + 1 :]]
