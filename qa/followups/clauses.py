"""French follow-ups with a verb: "Quel âge a-t-elle ?", "Et qui le copréside ?", "Pourquoi le chantier … ?".

A pronoun gives way to what it stands for; a question that names nothing of its own takes along what the last
one was about. A pronoun that stands for something in its own question is left alone.
"""

from __future__ import annotations

import re

from qa.followups.carrying import Past, antecedent, named_answer
from qa.followups.fragments import owned_by
from qa.followups.phrases import ASKED, INVERTED, joined, whole
from qa.followups.slots import Place, likeness, names_of
from qa.lexical import fold, stem, words

_SUBJECT = re.compile(
    r"(?:^|(?<=, )|(?<= ))(?<!t )(?:ils?|elles?)(?= (?!y a|y av|y aur|faut|s'agit|pleut|est \w+ (?:que|de) )|$)",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(
    r"\by (?:a-t|aura-t|avait|eut|aurait)-il|quel temps \w+(?:-t)?-il|\b(?:faut|s'agit|pleut|se passe)(?:-t)?-il|\b(?:reste|existe)-t-il (?:de|d'|un|encore)"
    r"|est-il (?:vrai|possible|prévu)",
    re.IGNORECASE,
)
_INVERTED_WITH = re.compile(
    r"(?:\b(?:s'|se |n'|ne |en |y |l'|les? |la |lui |leur ))*\b[\wà-ÿ]+(?:-t)?-(?P<who>ils?|elles?)(?!\w)",
    re.IGNORECASE,
)
_CLITIC = r"(?P<clitic>les? |la |l'|lui |leur |en |y (?!(?:a|avait|aura|a-t-il)\b))"
_VERB = r"(?P<verb>(?:(?:a|ont|avait|aura|est|sera|va|vont|doit) )?[a-zà-ÿ][\w-]*)(?P<rest>.*)"
_OBJECT = re.compile(
    rf"(?<![\w'-])(?<!par )(?<!avec )(?<!pour )(?<!à )(?<!de )(?<!chez )(?<!contre )(?<!c )(?<!est )(?P<before>(?:qui d'autre|qui|ils?|elles?|on|(?:va|vont|a pu|doit)"
    rf"|(?:où|quand|comment|pourquoi|combien)(?= (?:l'|(?:les?|la|lui|leur|en|y) )\w+-(?:t-)?(?:on|ils?|elles?)\b)) ){_CLITIC}{_VERB}",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:son|sa|ses|leurs?) [a-zà-ÿ]\S*", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:là-bas|là|cette fois|ce jour-là|celle-ci|celui-ci|ceux-ci|celle|celui|celles|ceux|d'autres?|l'autre|les autres)\b"
    r"|\b(?:cet?|cette|ces) (?!année|semaine|mois|jour|matin|soir|été|hiver|automne|printemps|week)\w+",
    re.IGNORECASE,
)
_THIS_TIME = re.compile(r",? ?\b(?:cette fois(?:-ci)?|là-bas)\b", re.IGNORECASE)
_NOUN = re.compile(r"(?:^|\s)(?:l'|le |la |les |un |une |des |du |ce |cette )[a-zà-ÿ]")
_LATE = re.compile(rf"(?<![\w'-])(?!(?:a|ou|que) ){ASKED.pattern}", re.IGNORECASE)
_ENDS_WITH_VERB = re.compile(r"\bqui (?:a|ont|est|sont|avait) \w+$", re.IGNORECASE)
_PASSIVE = re.compile(
    r"(?:a|ont|avait) été \w+|(?:est|sera|sont) (?:nommé|élu|désigné|choisi)", re.IGNORECASE
)
_RESUMED = re.compile(r", (?:il|elle|ils|elles)\b", re.IGNORECASE)
# "le président vietnamien" is named as surely as "le président du Vietnam".
_DEMONYM = re.compile(r"\b[a-zà-ÿ]{2,}(?:ienn?e?s?|aise?s?|oise?s?)\b")
_NO_DEMONYM = frozenset(
    """combien bien rien mois fois trois jamais mauvais mauvaise ancien anciens ancienne anciennes lien liens soutien
    maintien entretien entretiens gardien gardienne quotidien quotidienne musicien musicienne chirurgien technicien
    historien historienne politicien comédien comédienne pharmacien bourgeois palais frais relais essais biens froid
    bois choix poids voix""".split()
)
# Words that say nothing of what a question is about.
_EMPTY = frozenset(
    fold(
        """qui que quoi où quand pourquoi combien comment quel quelle quels quelles le la les un une des du de en au aux
        à dans sur pour par avec chez et il elle ils elles t s n y d l qu c ce cet cette ça cela se ne pas on a ont est
        sont sera va vont met mettre mettra fait fera dit donne donnera avoir être été était étaient pris prendre prend lieu eu attendu
        prévu aussi finalement exactement seul seule fois prochaine prochain dernier dernière précédente passe"""
    ).split()
)
# A question of so few words is about what was spoken of; of some more it is if the dispatch has them all.
_FEW, _SOME = 2, 4


def clause(body: str, led: bool, past: Past) -> str | None:
    """The question with what it lacks; None where it lacks nothing."""
    for rule in (_inverted, _subject, _object, _own):
        found = rule(body, past)
        if found is not None:
            return found
    if past.topic not in body and _leans(body, led, past):
        return _carried(body, past.topic)
    return None


def _inverted(body: str, past: Past) -> str | None:
    """For "Quel âge a-t-elle": whom it is about goes before the verb, where French has it."""
    asked = ASKED.match(body)
    match = _INVERTED_WITH.search(body, asked.end() if asked else 0)
    if (
        match is None
        or _IMPERSONAL.search(body)
        or _has_noun(body[asked.end() if asked else 0 : match.start()])
    ):
        return None
    front = re.sub(r"^Qu'$", "Que", body[: match.start()].strip())
    verb = body[match.start() :]
    return f"{front} {antecedent(past, match['who'])} {verb[0].lower()}{verb[1:]}"


def _subject(body: str, past: Past) -> str | None:
    """For "Il a coûté combien"."""
    match = _SUBJECT.search(body)
    if match is None or _has_noun(body[: match.start()]):
        return None
    who = antecedent(past, match[0])
    said = _fronted(body[: match.start()], who, body[match.end() :].strip())
    return f"{said}, {past.asked.about}" if _POINTING.search(body) else said


def _object(body: str, past: Past) -> str | None:
    """For "Et qui le copréside", "Qui en est le directeur", "Qui d'autre y participait"."""
    match = _OBJECT.search(body)
    if match is None or _has_noun(body[: match.start()]):
        return None
    clitic, about = match["clitic"].strip().lower(), past.asked.about
    if clitic in ("le", "la", "les") and INVERTED.search(match["verb"] + match["rest"]):
        return None  # an article: "Qui la ministre a-t-elle reçu"
    if _PASSIVE.match(past.asked.rest) and past.asked.answer_fills and names_of(past.answer):
        about = past.answer  # "Qui a été élu ?", "Qui l'a proposé ?"
    said = f"{body[: match.start()]}{match['before']}{match['verb']}"
    if clitic in ("le", "la", "l'", "les"):
        return f"{said} {about}{match['rest']}"
    if clitic == "y":
        return f"{said}{match['rest']} {joined('à', about)}"
    noun = whole(named_answer(past) or about)
    return f"{said}{match['rest']} {joined('de' if clitic == 'en' else 'à', noun)}"


def _own(body: str, past: Past) -> str | None:
    """For "Quel est son club"."""
    match = _OWN.search(body)
    if match is None or _has_noun(body[: match.start()]):
        return None
    return body[: match.start()] + owned_by(match[0], antecedent(past)) + body[match.end() :]


def _fronted(front: str, subject: str, predicate: str) -> str:
    """For "X a coûté combien" as "combien X a coûté": questions that readers learn from begin so."""
    asked = None if front.strip() else _LATE.search(predicate)
    if asked is None:
        return f"{front}{subject} {predicate}"
    rest = f"{predicate[: asked.start()]} {predicate[asked.end() :]}".split()
    if asked[0].strip().lower() == "qui":
        return f"{subject} {predicate}"  # in front it would be the subject
    if len(rest) == 1:
        return f"{asked[0].strip()} {rest[0]} {subject}"
    return f"{asked[0].strip()} {subject} {' '.join(rest)}"


def _has_noun(text: str) -> bool:
    """Whether it names something that a pronoun after it may stand for."""
    return bool(names_of(text.strip(" ,"))) or bool(_NOUN.search(text))


def _leans(body: str, led: bool, past: Past) -> bool:
    """Whether a question without such a pronoun needs what came before: it names nothing, and is short or
    speaks of what the dispatch speaks of.
    """
    names = [n for n in names_of(body) if len(n.text) > 1]
    content = [w for w in words(_without(body, names)) if w not in _EMPTY]
    if any(w not in _NO_DEMONYM for w in _DEMONYM.findall(body.lower())):
        return False
    if names:
        return led and bool(_RESUMED.search(body)) and not content
    if _POINTING.search(body) or _ENDS_WITH_VERB.search(body) or len(content) < _FEW:
        return True
    if _again(body, past.topic):
        return True
    known = {stem(w) for w in words(f"{past.question} {past.text}")}
    shared = sum(stem(w) in known for w in content)
    if len(content) == _FEW:
        return led or bool(shared)
    return len(content) <= _SOME and shared == len(content)


def _without(body: str, names: list[Place]) -> str:
    for name in reversed(names):
        body = f"{body[: name.start]} {body[name.end :]}"
    return body


def _carried(body: str, topic: str) -> str:
    """With what the last question was about: behind the name of its like, behind a verb, or at the end."""
    body = _THIS_TIME.sub("", body)
    if again := _again(body, topic):
        preposition = {"du": "de", "au": "à"}.get(again[1].strip().lower(), "")
        whole_of = joined(preposition, topic) if preposition else topic
        return body[: again.start()] + whole_of + body[again.end() :]
    return _twin(body, topic) or f"{body}{'' if _ENDS_WITH_VERB.search(body) else ','} {topic}"


def _again(body: str, topic: str) -> re.Match[str] | None:
    """Where the head of what was spoken of is named again: "le concert" of "le concert d'Anna Kerven"."""
    head = re.match(r"(?:l'|l[ea]s? |\w+ )(?:\d+\w* )?([a-zà-ÿ][\w-]{2,})", topic)
    return (
        re.search(rf"\b(l'|le |la |les |du |au |ce |cet |cette |ces ){head[1]}\b(?! d[eu'])", body)
        if head
        else None
    )


def _twin(body: str, about: str) -> str | None:
    """For "la ligne C" is of what "la ligne B" is of."""
    for own in names_of(body):
        for other in names_of(about):
            if likeness(own.text, other.text) >= 3 and about[other.end :].startswith(
                (" d'", " de ", " du ", " des ")
            ):
                return body[: own.end] + about[other.end :] + body[own.end :]
    return None
