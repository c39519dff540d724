"""French follow-ups without a verb or a question word: "Et en 2026 ?", "Et le Japon ?", "Et celle de Hué ?".

What they name takes the place of what is of its kind in the last question; where there is none, it is added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.followups.bare import another_count
from qa.followups.carrying import Past, antecedent, people_of
from qa.followups.phrases import INVERTED, PLACE, agreeing, is_feminine, joined
from qa.followups.slots import Place, likeness, names_of, period_of, with_period, without_period

_ASKS = re.compile(
    r"\bqu'|\b(?:qui|que|quoi|où|quand|pourquoi|combien|comment|quel(?:le)?s?|cb|lequel|laquelle)\b", re.I
)
_PART = re.compile(
    rf"(?:l'|d'|(?:le|la|les|un|une|du|des|de|ce|cet|cette|ces|son|sa|ses|leurs?|{PLACE}|pour|avec|contre|par|selon) )",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:est-ce|ils?|elles?|on|c'est|y a)\b", re.IGNORECASE)
_THAT_OF = re.compile(
    r"(?:(?:dans|à|en|pour|de|sur|chez) )?ce(?:lle|lui|lles|ux)s? (?:de |d'|du |des )", re.IGNORECASE
)
_THAT_WHO = re.compile(r"(?P<that>ce(?:lle|lui|lles|ux)s? qui) (?P<object>l'|les? |la )?", re.IGNORECASE)
_OWN = re.compile(r"(son|sa|ses|leurs?) (?=([aeiouyàâéèêëîïôûhœ])?)", re.IGNORECASE)
# Whom one may ask the same of; of a thing that is one's own, one asks which it is.
_RELATIVE = re.compile(
    r"(?:femme|mari|époux|épouse|adversaire|rivale?|fils|fille|père|mère|frère|sœur|adjointe?|collègue|homologue"
    r"|successeure?|prédécesseure?|équipière?|coéquipière?|challenger|concurrente?|dauphine?)\b",
    re.IGNORECASE,
)
_WHICH = {"le ": "quel est", "l'": "quel est", "la ": "quelle est", "les ": "quels sont"}
_ORDINAL = re.compile(
    r"\b(?:\d+(?:e|er|re|ème|è)|premi(?:er|ère)|deuxième|troisième|quatrième|cinquième|dernière?)\b", re.I
)
_NAME = r"(?:l'|d')?[A-ZÀ-ÝĐ][\w'-]*(?: [A-ZÀ-ÝĐ][\w'-]*)*"
_IN_PLACE = re.compile(rf"(?<![\w'-])(?:{PLACE}) (?:[a-zà-ÿ][\w'-]* ){{0,4}}?{_NAME}(?: et {_NAME})?")
# Other prepositions go by themselves: "du Keran" for "du Balan", "contre Brest" for "contre Metz".
_PREPOSED = re.compile(r"(pour|avec|contre|par|selon|depuis|de la|de l'|de|du|des|d') ?", re.IGNORECASE)
_COUNTED = re.compile(r"(?:de |d'|des |les )([a-zà-ÿ][\w-]*[sx](?: [a-zà-ÿ][\w-]*)?)$")
_FRONT = re.compile(
    r"(?:\b(?P<prep>de|d'|à|en|dans|chez|sur|par|pour|contre|avec) ?)?(?P<det>l'|les? |la |du |des |aux? )?$"
)
_OF_TAIL = re.compile(r" (?:d'|de l'|de la |de |du |des )[\w-]+")
_NOUN_OF = re.compile(r"(?:(?P<det>la|une|sa|le|un|du|au) )?[\w-]+(?: [\w-]+)? (?:de la |de |d'|du |des )$")
# Words of a fragment: more make a question of keywords, unless it began with "Et".
_MOST, _MOST_LED = 4, 8


def period(body: str, led: bool, past: Past) -> str | None:
    """For "en 2026": in the place of the last question's period."""
    if period_of(body) is None or without_period(body).lower() not in ("", "en", "pour"):
        return None
    return with_period(past.question, body)


def fragment(body: str, led: bool, past: Past) -> str | None:
    """A name, a place, a possession in the place of another; None where it asks something itself."""
    before = past.question
    that_of, that_who = _THAT_OF.match(body), _THAT_WHO.match(body)
    if that_who:
        return _that_who(body, that_who, past)
    if that_of:
        return _that_of(body[that_of.end() :], "lle" in that_of[0].lower(), before)
    if _ASKS.search(body) or INVERTED.search(body) or _SENTENCE.match(body):
        return None
    if len(body.split()) > (_MOST_LED if led else _MOST) or not (led or _begins_as_part(body)):
        return None
    if _OWN.match(body):
        return _own(body, past)
    if re.match(rf"(?:{PLACE})\b", body):
        return _in_place(body, before)
    counted = _COUNTED.match(body)
    if counted and (asked := another_count(counted[1], past)):
        return asked
    if match := _PREPOSED.match(body):
        return _preposed(body, match[1], before)
    return _ordinal(body, before) or _name(body, before)


def _begins_as_part(body: str) -> bool:
    """Whether it is no list of keywords ("signature convention date"), which asks by itself."""
    names = names_of(body)
    return bool(_PART.match(body)) or [n.text for n in names] == [body]


def _that_who(body: str, match: re.Match[str], past: Past) -> str:
    """For "celle qui l'a battu": the pronoun is what the last question is about, whose place the whole takes."""
    about, before = past.asked.about, past.question
    if not match["object"]:
        return f"{body}, {about}"
    verb = re.match(r"(?:(?:a|ont|avait) )?\S+", body[match.end() :])
    spoken = (
        f"{match['that']} {verb[0] if verb else ''} {about}{body[match.end() :][verb.end() if verb else 0 :]}"
    )
    return before.replace(about, spoken) if about in before else f"{spoken}, {before}"


def _that_of(name: str, feminine: bool, before: str) -> str:
    """For "celle de Hué" for "l'usine de Vinh": the name changes, a noun of the gender stays."""
    best: tuple[int, Place | None] = (-1, None)
    for place in names_of(before):
        front = _NOUN_OF.search(before[: place.start])
        if front:
            gender = is_feminine(f"{front['det'] or ''} ")
            fits = 2 if gender is feminine else int(gender is None)
            best = (fits, place) if fits > best[0] else best
    of = re.search(r"(?<= de )[a-zà-ÿ][\w-]*", before)
    if not names_of(name) and of:
        return before[: of.start()] + name + before[of.end() :]
    if best[1] is None:
        return _name(name, before)
    return before[: best[1].start] + name + before[best[1].end :]


def _own(body: str, past: Past) -> str:
    """For "son équipe": whose it is, and the same asked of a person, or which it is of a thing."""
    people = people_of(past.question)
    owner = people[0] if people and not past.asked.answer_fills else antecedent(past)
    owned = owned_by(body, owner)
    if owner in past.question and _RELATIVE.search(body):
        return past.question.replace(owner, owned)
    which = next(said for determiner, said in _WHICH.items() if owned.startswith(determiner))
    return f"{which} {owned}"


def owned_by(body: str, owner: str) -> str:
    """For "son club actuel" as "le club actuel de" its owner."""
    own = _OWN.search(body)
    if own is None:
        return f"{body} {joined('de', owner)}"
    determiner = {"sa": "la ", "ses": "les ", "leurs": "les "}.get(own[1].lower(), "le ")
    determiner = "l'" if own[2] and determiner != "les " else determiner
    return f"{body[: own.start()]}{determiner}{body[own.end() :]} {joined('de', owner)}"


def _in_place(body: str, before: str) -> str:
    """For "à Hué" for "à Vinh", or for a lone "de Vinh"; added where the last question names no place."""
    time = period_of(before)
    places = [
        m
        for m in _IN_PLACE.finditer(before)
        if time is None or m.end() <= time.start or m.start() >= time.end
    ]
    if places:
        return before[: places[0].start()] + body + before[places[0].end() :]
    of = [n for n in names_of(before) if _NOUN_OF.search(before[: n.start])]
    if len(of) == 1 and names_of(body):
        return before[: of[0].start] + names_of(body)[0].text + before[of[0].end :]
    return f"{before}, {body}"


def _preposed(body: str, preposition: str, before: str) -> str:
    """For "du Keran" and the like: in the place of a name behind the same preposition, else added."""
    of = "de la|de l'|de|du|des|d'"
    same = of if preposition.lower() in of.split("|") else preposition
    old = re.search(rf"(?<![\w'-])(?:{same}) ?{_NAME}", before)
    if old is None or not names_of(body):
        return f"{before}, {body}"
    return before[: old.start()] + body + before[old.end() :]


def _ordinal(body: str, before: str) -> str | None:
    """For "le 4e" for "le 5e"; None where either has no ordinal."""
    own, old = _ORDINAL.search(body), _ORDINAL.search(before)
    if own is None or old is None or len(body.split()) > 2:
        return None
    return before[: old.start()] + own[0] + before[old.end() :]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A name of the last question with the preposition and the determiner before it."""

    place: Place
    preposition: str
    determiner: str
    score: tuple[int, int]

    @property
    def start(self) -> int:
        return self.place.start - len(self.preposition) - len(self.determiner)


def _name(body: str, before: str) -> str:
    """A name for the one of its kind: of its form, with or without an article as it is, not bound to a noun."""
    own = names_of(body)
    found = [_candidate(body, own[0], before, place) for place in names_of(before)] if own else []
    if not found:
        return f"{before}, {body}"
    best = max(found, key=lambda c: c.score)
    plural = re.match(r"(?:les|des) ", body, re.IGNORECASE)
    institution = not best.score[0] and " " in body[own[0].start :]
    if institution or (plural and not best.determiner and not likeness(own[0].text, best.place.text)):
        return f"{before}, {body}"  # neither "les Italiens" nor "l'Union libérale" are a place
    return _replaced(body, own[0], before, best)


def _candidate(body: str, own: Place, before: str, place: Place) -> _Candidate:
    front = _FRONT.search(before[: place.start])
    preposition = before[front.start() : front.start("det") if front["det"] else place.start] if front else ""
    determiner = (front["det"] if front else "") or ""
    bound = bool(preposition) or determiner.strip() in ("du", "des", "au", "aux")
    same_article = bool(re.match(r"l'|le |la |les ", body)) == bool(determiner)
    score = likeness(own.text, place.text) + (not bound) + 2 * same_article
    return _Candidate(place, preposition, determiner, (score, place.start))


def _replaced(body: str, own: Place, before: str, old: _Candidate) -> str:
    head = re.sub(r"^(?:l'|le |la |les )", "", body[: own.start])
    rest = before[old.place.end :]
    tail = _OF_TAIL.match(rest)
    if tail and (_OF_TAIL.search(body[own.end :]) or " " in body[own.start :]):
        rest = rest[tail.end() :]
    noun_before = not old.preposition and not old.determiner and before[: old.place.start].strip()
    if (head and before[: old.place.start].endswith(head)) or (noun_before and not head):
        alike = likeness(own.text, old.place.text) >= 3 or body[: own.start] == head
        return before[: old.place.start] + (body[own.start :] if head or alike else body) + rest
    for preposition, forms in (("de", ("de", "d'", "du", "des")), ("à", ("à", "au", "aux"))):
        if (old.preposition or old.determiner).strip() in forms:
            return f"{before[: old.start]}{joined(preposition, body)}{rest}"
    return before[: old.start] + old.preposition + body + agreeing(rest, body)
