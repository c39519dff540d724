"""How a French question is built: what it asks for, its verb, the phrase it is about. By word lists alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.followups.slots import names_of, without_period

_PREPOSITIONS = (
    "à|a|de|d'|en|pour|par|avec|dans|depuis|jusqu'à|sur|chez|contre|vers|sous|selon|après|avant|au bout de"
)
# What a question that goes on with a conversation may begin with.
LEAD = re.compile(r"^(?:(?:et|mais|alors|donc|ok|sinon|du coup)\b(?!-)[ ,]*)+", re.IGNORECASE)
PLACE = r"à|au|aux|en|dans|chez|sur|près de|sous|vers"
_WORD = r"[\w.-]+"
# "quel" before its verb asks for what follows; else the noun is what is asked for.
_BE = r"(?:est|sont|était|étaient|sera|seront|serait|fut|(?:a|ont|avait) été(?! \w+(?:é|i|u|it|is)e?s?\b)|est-ce|étai\w+)(?![\w'-])(?! (?:il|elle))"
NOUN = rf"(?:(?:\w+ième|\d+e|premi\w+|derni\w+|prochain\w*|grand\w*|nouve\w+) )?{_WORD}"
ASKED = re.compile(
    rf"(?:(?:{_PREPOSITIONS}) ?)?(?:"
    rf"quel(?:le)?s?(?= {_BE})"
    rf"|quel(?:le)?s? {NOUN}(?: d(?:e |')(?!\w+-t-)[a-zà-ÿ][\w-]*)?"
    rf"|(?:combien|cb|cmb) d(?:e |')(?:plus de )?{NOUN}(?: d(?:e |')[a-zà-ÿ][\w-]*)?"
    r"|qui d'autre|qu'est-ce qu(?:i|e|')|qui|quoi|que|qu'|où|ou|quand|comment|pourquoi|pk|combien|cb|cmb|lequel|laquelle"
    r")(?:(?<=')|(?![\w'-]))(?: est-ce qu(?:e |'|i )?)?",
    re.IGNORECASE,
)
INVERTED = re.compile(r"\b(?:s'|se |n'|ne |y )?(\w+(?:-t)?-(?:ils?|elles?))(?!\w)", re.IGNORECASE)
_DETERMINER = r"(?:l'|les? |la |un |une |des |du |de la |aux? |cet(?:te)? |ces? )"
_NOUN_PHRASE = re.compile(rf"(?<![\w'-]){_DETERMINER}(?=[\w«])", re.IGNORECASE)
_VERB = re.compile(
    r" (?:n'|s'|se |ne )?(?:a|ont|est|sont|va|vont|était|étaient|sera|seront|aura|avait|doit)\b"
)
# What the head of a copular question is of: "le prix | du billet".
_OF = re.compile(r"\b(d'|de l'|de la |du |des |de (?=une? |l'|[A-ZÀ-ÝĐ]))")
_WHOLE = {"du ": "le ", "des ": "les ", "de la ": "la ", "de l'": "l'", "au ": "le ", "aux ": "les "}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without its mark: ``asked`` ("Depuis quand"), ``rest``, and ``about``, the phrase of the rest
    that it is about ("l'Association des épices du Mékong"), and ``subject``, the whole that this is part of.
    """

    asked: str
    rest: str
    about: str
    subject: str

    @property
    def answer_fills(self) -> bool:
        """Whether the answer is what the verb lacks: "Qui préside …", "Quel film a reçu …"."""
        return bool(re.match(r"qui\b|quel(?:le)?s? (?!est|sont|sera|était)\w", self.asked.lower()))


def read(question: str) -> Asked:
    """The parts of a question; ``about`` is all of it where it is not built as a question."""
    body = LEAD.sub("", question)
    match = ASKED.match(body)
    if match is None:
        subject = _before_verb(body)
        return Asked("", body, subject or body, subject or body)
    asked, rest = match[0].strip(), body[match.end() :].strip()
    subject = _before_verb(rest) or _after_verb(rest)
    return Asked(asked, rest, _about(asked, rest), without_period(subject))


def whole(phrase: str) -> str:
    """A phrase that stood behind a preposition, as it stands alone: "du Sommet" as "le Sommet"."""
    for joined, alone in _WHOLE.items():
        if phrase.lower().startswith(joined):
            return alone + phrase[len(joined) :]
    return re.sub(r"^(?:de |d'|à |en |dans |pour |par )(?=\S)", "", phrase)


def joined(preposition: str, phrase: str) -> str:
    """``de`` and "le Sommet" as "du Sommet"."""
    for contracted, alone in (("du ", "le "), ("des ", "les ")) if preposition == "de" else ():
        if phrase.startswith(alone):
            return contracted + phrase[len(alone) :]
    for contracted, alone in (("au ", "le "), ("aux ", "les ")) if preposition == "à" else ():
        if phrase.startswith(alone):
            return contracted + phrase[len(alone) :]
    if preposition == "de" and re.match(r"y(?![aeiouà-ÿ])|[aeiouàâéèêëîïôûhœ]", phrase, re.IGNORECASE):
        return f"d'{phrase}"
    return f"{preposition} {phrase}"


def agreeing(rest: str, subject: str) -> str:
    """With the inverted pronoun of the verb right behind a subject in its gender."""
    feminine = is_feminine(subject)
    if feminine is None:
        return rest
    return re.sub(r"^((?: \w+)?? [\w-]+-)(?:il|elle)\b", rf"\1{'elle' if feminine else 'il'}", rest)


def is_feminine(phrase: str) -> bool | None:
    """By its determiner; None where that does not tell."""
    if re.match(r"(?:la|une|cette|sa) ", phrase, re.IGNORECASE):
        return True
    return False if re.match(r"(?:le|un|ce|cet|son) ", phrase, re.IGNORECASE) else None


def _about(asked: str, rest: str) -> str:
    copular = re.fullmatch(r"quel(?:le)?s?|qui", asked.lower()) and re.match(_BE, rest)
    subject = _before_verb(rest) or _after_verb(rest)
    if copular:
        subject = _after_verb(rest)
        of = _OF.search(subject)
        if of and names_of(subject[of.start() :]) and not re.search(r" d(?:e |')", subject[: of.start()]):
            return without_period(whole(subject[of.start() :]))
    last = subject.rpartition(", ")[2]
    if re.match(_DETERMINER, last, re.IGNORECASE) and names_of(last):
        return without_period(last)  # what was carried into it
    return without_period(subject)


def _before_verb(rest: str) -> str:
    """The subject of an inverted question: "Où | l'autocar de Brest | s'est-il renversé"."""
    match = INVERTED.search(rest)
    if match is None:
        return ""
    subject = rest[: match.start()].strip(" ,")
    return whole(subject) if re.match(_DETERMINER, subject, re.IGNORECASE) or names_of(subject) else ""


def _after_verb(rest: str) -> str:
    """From the first determiner or name on."""
    phrase = _NOUN_PHRASE.search(rest)
    starts = [n.start for n in names_of(rest)][:1] + ([phrase.start()] if phrase else [])
    if not starts:
        return rest
    end = _VERB.search(rest, min(starts)) if min(starts) == 0 else None
    return whole(rest[min(starts) : end.start() if end else None])
