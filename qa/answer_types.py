"""What kind of answer a question asks for, and whether a candidate is of it: a time, a quantity, a name.

The oldest evidence in question answering (Li & Roth 2002, "Learning Question Classifiers"; Harabagiu et al. 2000):
"Combien …" is not answered by a Monday. Told from the question's first words in French, English and Vietnamese; a
question that says no kind says nothing. How much it weighs is learned (``qa.training.calibrate``).
"""

from __future__ import annotations

import re
from typing import Literal

from qa.temporal.expressions import find
from qa.temporal.quantities import quantity

Kind = Literal["time", "quantity", "name"]

_LED = r"^(?:et |mais |alors,? |and |so )?(?:depuis |jusqu['’]|pour |d['’]ici |à partir de |avant |après |since |until |by )?"
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "time",
        re.compile(
            _LED
            + r"(?:à |en |de |dans |in |on |vào )?(?:quand\b|(?:quel(?:le)?s? (?:sont |est |était |étaient |fut )?"
            r"(?:l['’]|la |le |les )?(?:dates?|année|jours?|mois|siècle|époque|saison|décennie))\b|when\b|(?:what|which)"
            r" (?:is |was |are |were )?(?:the )?(?:dates?|year|day|month|century|decade)\b|khi nào|bao giờ|"
            r"(?:năm|ngày|tháng|thế kỷ) nào)|(?:khi nào|bao giờ|(?:năm|ngày|tháng|thế kỷ) nào)\W*$",
            re.IGNORECASE,
        ),
    ),
    (
        "quantity",
        re.compile(
            _LED
            + r"(?:à |de |d['’]|en |pendant |in |for )?(?:combien\b|quel(?:le)?s? (?:est |était |sont |fut |a été )?"
            r"(?:l['’]|la |le |les )?(?:nombre|montant|budget|prix|coût|pourcentage|taux|chiffre|total|population|superficie"
            r"|longueur|largeur|hauteur|distance|durée|somme|taille|altitude|profondeur|vitesse|poids|âge|score)\b"
            r"|how (?:many|much|long|far|tall|old|big|deep|high)\b)|\b(?:bao nhiêu|mấy)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "name",
        re.compile(
            _LED
            + r"(?:à |avec |par |de |chez |contre |to |with |by )?(?:qui\b(?! est-ce que)|who\b|whom\b|whose\b"
            r"|comment s['’]appelle)|^ai\b|\bai\W*$",
            re.IGNORECASE,
        ),
    ),
)
_SPELT = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'-]+")


def expected(question: str) -> Kind | None:
    """The kind that the question asks for; None where it says none."""
    asked = " ".join(question.split())
    return next((kind for kind, pattern in _KINDS if pattern.search(asked)), None)


def agreement(kind: Kind | None, answer: str) -> float:
    """1 when the answer is of the kind, -1 when it is not, 0 where no kind is asked for."""
    return 0.0 if kind is None else 1.0 if _is(kind, answer) else -1.0


def _is(kind: Kind, answer: str) -> bool:
    if kind == "time":
        return any(e.kind == "date" for e in find(answer, None)) or bool(
            re.search(r"\b\d{4}\b|\bh\d", answer)
        )
    if kind == "quantity":
        return quantity(answer) is not None
    return _SPELT.search(answer) is not None
