"""Follow-up questions in French: which kind one is, and who rewrites it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.followups.bare import bare
from qa.followups.carrying import Past
from qa.followups.clauses import clause
from qa.followups.fragments import fragment, period
from qa.followups.phrases import LEAD
from qa.followups.types import Earlier

SPOKEN = re.compile(
    r"\b(?:qui|que|quoi|où|quand|pourquoi|combien|comment|quel(?:le)?s?|et|le|la|les|des|du|est|en|au|dans|il|elle)\b"
    r"|\b(?:[ld]|qu)'",
    re.IGNORECASE,
)
_PADDING = re.compile(
    r"^c'(?:est|était|sera) (?=\S+$|(?:à|en|dans|pour|de) )|^il y (?:a|avait|aura|a eu|avait eu) (?=combien|quel)|(?<=\S) (?:ça|cela|exactement|au juste|déjà|alors)$",
    re.I,
)
_THERE_WERE = re.compile(r"^combien y (?:a-t|avait|aura-t)-il (?=d[e'])", re.IGNORECASE)
# As people type on a telephone.
_SPELT = {"ou": "où", "cb": "combien", "cmb": "combien", "pk": "pourquoi", "pq": "pourquoi", "qd": "quand"}
_KINDS = (period, fragment, bare, clause)


def rewritten(question: str, said: Sequence[Earlier]) -> str | None:
    """The question that stands alone, without its mark; None where it does already."""
    body = _PADDING.sub("", LEAD.sub("", question)).strip()
    body = _THERE_WERE.sub("combien ", body)
    first, _, others = body.partition(" ")
    body = f"{_SPELT.get(first.lower(), first)} {others}".strip()
    led = LEAD.match(question) is not None
    past = Past.of(said)
    found = (rule(body, led, past) for rule in _KINDS)
    return next((_tidied(f) for f in found if f is not None), None)


def _tidied(question: str) -> str:
    """With its blanks in order; a name put behind "d'" may begin with a consonant."""
    question = re.sub(r"\s+(?=,)", "", " ".join(question.split()))
    return re.sub(r"\b([dD])'(?=[BCDFGJKLMNPQRSTVWXZbcdfgjklmnpqrstvwxz])", r"\1e ", question)
