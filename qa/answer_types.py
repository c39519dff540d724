"""The type of answer that a question's first words ask for, and what a span of that type has.

"Quand" asks for a time, "à quelle heure" for one of the clock, "qui" and "où" for no date: the few types of
Li & Roth's taxonomy (2002, "Learning question classifiers") that can be told surely. Of the 1,902 answers
that people gave to such questions of ``train.fr``, which the words were gathered from, they leave out 2, of
the 165 of ``dev.fr`` one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Check = Callable[[str], bool]


def _any_of(words: str) -> str:
    return "|".join(words.split())


_ASKING = _any_of(
    "qui que où quand pourquoi comment combien quels? quelles? who which what where when why how ai nào đâu"
)
# "Quand et où", "qui, et à quelle date", "when driving, what": another thing may be answered, or is.
_TWO = re.compile(
    rf"\b(?:{_ASKING})\b.*?(?:,| et| ou| and| or| và| hay) (?:\w{{1,6}} ){{0,2}}(?:{_ASKING})\b",
    re.IGNORECASE,
)
_BEFORE = _any_of("à de depuis pour par avec chez contre dès dans en jusqu['’]à to by with for from in on")
_FIRST = rf"^\W*(?:(?:{_BEFORE}) |d['’])?"
_TIME = re.compile(
    _FIRST + r"(?:quand|quelles? (?:sont les |est la )?dates?|quels? (?:est le )?(?:jours?|mois)"
    r"|when|(?:what|which) (?:dates?|days?|month)|khi nào|bao giờ|ngày nào)\b",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"\bquelle heure\b|\bwhat time (?:is|was|does|did|do|will|are|were)\b|\bmấy giờ\b", re.IGNORECASE
)
_YEAR = re.compile(_FIRST + r"(?:quelle année|(?:which|what) year|năm nào)\b", re.IGNORECASE)
_CENTURY = re.compile(r"\b(?:quel siècle|(?:which|what) century|thế kỷ (?:nào|mấy))\b", re.IGNORECASE)
_SOMEBODY = re.compile(_FIRST + r"(?:qui|who|whom|ai(?!-))\b|\blà ai\b", re.IGNORECASE)
_PLACE = re.compile(_FIRST + r"(?:où|where)\b|\bở đâu\b", re.IGNORECASE)

_DAYS = _any_of(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    " lundi mardi mercredi jeudi vendredi samedi dimanche"
)
# Words of time, also of such as no calendar knows: "après la signature", "pendant la guerre", "jeune".
_TIME_WORDS = _any_of(
    "avant après lors pendant durant dès depuis jusqu quand lorsque moments? cours début fin issue"
    " occasion partir suite terme fois alors aussitôt toujours jamais bientôt déjà récemment lendemain"
    " veille chaque tous toutes époque siècles? millénaires? années? ans? mois jours? journée heures?"
    " minutes? semaines? week-?end période ère âge printemps été automne hiver noël pâques toussaint"
    " règne guerres? entre-deux-guerres bataille révolution aube soir soirée nuit matin matinée midi"
    " minuit après-midi aujourd hier demain maintenant actuellement temps tard tôt trimestre semestre"
    " prochaine?s? prochainement derni(?:er|ère)s? suivante?s? saison campagne jeune enfance naissance"
    " mort (?-i:[IVX][IVXL]*)e n[ée]olithique paléolithique antiquité january february march april may"
    " june july august september october november december (?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    " before after during until since when while then always never soon now today tomorrow yesterday"
    " centur(?:y|ies) years? months? days? hours? minutes? weeks? seasons? spring summer autumn winter"
    " \\w*times? morning evening night noon midnight next last wars? reign late early again once"
    " beginning start end decades? eras? ages? millennium birth death ngày tháng năm tuần hôm sáng chiều"
    " tối đêm nay qua tới sau trước"
)
_TIMES = re.compile(rf"\d|\b(?:{_DAYS}|{_TIME_WORDS})\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\d\s?(?:h|[ap]\.?m\b|giờ)|\d:\d\d"
    r"|\b(?:heures?|hours?|midi|minuit|aube|crépuscule|noon|midnight|dawn|dusk|o['’]clock)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\d{2}|\b(?:années?|an|years?|năm)\b", re.IGNORECASE)
_CENTURIES = re.compile(
    r"\d|siècle|millénaire|centur|thế kỷ|\b(?:(?-i:[IVX][IVXL]*)e?|\w+th|first|second|third)\b", re.IGNORECASE
)
# Months as French writes them: "sur Mars" is a place.
_DATE_WORDS = re.compile(
    rf"\b(?:\d+(?:er|e|è|ème)?|{_DAYS}|l[ea]s?|de|du|des|au|aux|en|et|à|ce|cette|dernier|prochain)\b"
)
_WORD = re.compile(r"[^\W\d_]")


def type_check(question: str) -> Check | None:
    """Whether the text of a span is of the type asked for; None for a question that names none surely."""
    if _TWO.search(question):
        return None
    return next((check for asked, check in _CHECKS if asked.search(question)), None)


def _has(pattern: re.Pattern[str]) -> Check:
    return lambda text: pattern.search(text) is not None


def _is_named(text: str) -> bool:
    """Whether a word is left besides figures, months, days of the week and small words."""
    return _WORD.search(_DATE_WORDS.sub(" ", text)) is not None


_CHECKS: tuple[tuple[re.Pattern[str], Check], ...] = (
    (_HOUR, _has(_CLOCK)),
    (_CENTURY, _has(_CENTURIES)),
    (_YEAR, _has(_YEARS)),
    (_TIME, _has(_TIMES)),
    (_SOMEBODY, _is_named),
    (_PLACE, _is_named),
)
