"""French follow-ups of a question word alone, or with its noun: "Où ?", "Depuis quand ?", "Quel jour ?".

The question word takes the place of the last question's, and the answer the gap that this leaves.
"""

from __future__ import annotations

import re

from qa.followups.carrying import Past, antecedent
from qa.followups.phrases import ASKED, PLACE, joined
from qa.followups.slots import names_of, period_of

# "en" is a preposition here only before what is no verb ("Où en est …").
_ADDED = re.compile(
    rf"(?:(?!en )(?:{PLACE})|là-bas|là|pour|avec)(?![\w'])|en (?=[A-ZÀ-Ý\d]|tout\b|moyenne|total"
    r"|(?:jan|fév|mars|avr|mai|juin|juil|août|sep|oct|nov|déc))"
)
_FOR_WHOM = re.compile(r"(pour|par|avec|chez|contre) (?:quel|qui)", re.IGNORECASE)
_COUNT = re.compile(r"combien(?: d(?:e |')(?P<noun>.*))?$", re.IGNORECASE)
# Of a person one asks these; of what happened, the rest.
_OF_EVENT = re.compile(
    r"quel(?:le)?s? (?:jour|heure|date|année|mois|saison|endroit|lieu|ville|pays|raison)", re.IGNORECASE
)


def bare(body: str, led: bool, past: Past) -> str | None:
    """The last question with this question word; None where more follows it than a place."""
    asked = ASKED.match(body)
    rest = body[asked.end() :].strip(" ,") if asked else ""
    if asked is None or (rest and not _ADDED.match(rest)):
        return None
    word, old = asked[0].strip(), past.asked
    if names_of(rest) and ("," in rest or (" " in word and not led)):
        return None  # "Combien de blessés à Vinh": nothing is missing
    if re.fullmatch(r"qui d'autre", word, re.IGNORECASE):
        return f"{word} {old.rest} {rest}"
    count = _COUNT.match(word)
    if count and (rest or count["noun"]):
        return _counted(word, rest, past)
    if re.match(r"quel", word, re.IGNORECASE) and old.answer_fills and not _OF_EVENT.match(word):
        return f"{word} a {antecedent(past)}"
    return f"{word} {_gap(past)} {old.rest} {_for_whom(past)} {rest}"


def another_count(noun: str, past: Past) -> str | None:
    """For "Et les blessés" after "Combien de morts": a count of these; None where nothing was counted."""
    counted = _COUNT.match(past.asked.asked)
    return _counted(f"combien de {noun}", "", past) if counted and counted["noun"] else None


def _gap(past: Past) -> str:
    """What stands where the last question asked for its subject."""
    count = _COUNT.match(past.asked.asked)
    if count and count["noun"]:
        return f"les {count['noun']}"
    return past.answer if past.asked.answer_fills else ""


def _for_whom(past: Past) -> str:
    """The answer with its preposition: "Pour quelle société travaille …"."""
    match = _FOR_WHOM.match(past.asked.asked)
    return f"{match[1].lower()} {past.answer}" if match and past.answer else ""


def _counted(word: str, rest: str, past: Past) -> str:
    """Another count of the same thing: the verb goes with what was counted before."""
    old = past.asked
    counted = _COUNT.match(old.asked)
    noun = (counted["noun"] or "") if counted else ""
    if " " not in word:
        return f"{word} de {noun} {rest} {joined('de', old.about)}" if noun else f"{word} {rest}, {old.about}"
    of = noun.partition(" ")[2]
    there = re.search(rf"(?<![\w'-])(?:{PLACE}) .*[A-ZÀ-ÝĐ][^,]*$", old.rest)
    rest = re.sub(r"^là(?:-bas)?$", "", rest)
    if there and noun:
        return f"{word} {of} {rest} {there[0]}"
    time = period_of(past.question)
    within = f"dans {old.about}" if re.match(r"l'|l[ea]s? ", old.about) and not rest else f", {old.about}"
    return f"{word} {of} {rest} {within} {time.text if time and not period_of(rest) else ''}"
