"""Follow-up questions: from a question and what was said before it to a question that stands alone.

Without a language model: what is missing in an elliptic question (its subject, its verb, the name behind a
pronoun) is carried over from the last question and its answer, as whole phrases where a rule knows the place,
as terms at the end where none does. Deciding which terms of the history a question needs is how QuReTeC
resolves conversational queries (Voskarides et al. 2020); what people do when they write such questions out,
inserting and replacing noun phrases, was counted by Elgohary et al. 2019 (CANARD). The rules are ours.

``types`` what goes in and comes out; ``slots`` names and periods of a question, replaced. French: ``phrases``
how a question is built, ``carrying`` what is carried over, ``fragments``, ``bare`` and ``clauses`` the kinds
of follow-ups, ``french`` which is which. ``english``, ``vietnamese``: simple rules.

Called by the chat. Pure; never raises; the rewritten question is a query, never shown as an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.followups import english, french, vietnamese
from qa.followups.slots import trimmed
from qa.followups.types import Earlier, FollowUp

__all__ = ["Earlier", "FollowUp", "followup"]

# Longer ones are not elliptic, and rules that read them would not be fast.
LONGEST = 200

Rules = Callable[[str, Sequence[Earlier]], str | None]
# French first: it is what is spoken where the words do not tell.
_LANGUAGES: tuple[tuple[re.Pattern[str], Rules], ...] = (
    (french.SPOKEN, french.rewritten),
    (english.SPOKEN, english.rewritten),
    (vietnamese.SPOKEN, vietnamese.rewritten),
)


def followup(question: str, said: Sequence[Earlier]) -> FollowUp | None:
    """What ``question`` means after ``said`` (oldest first); None where it stands alone or nothing helps."""
    typed = trimmed(question)
    if not said or not typed or len(typed) > LONGEST or len(said[-1].question) > 2 * LONGEST:
        return None
    rewritten = _rules(typed, said[-1])(typed, said)
    if rewritten is None or not rewritten.strip() or _words(rewritten) == _words(typed):
        return None
    rewritten = f"{rewritten[0].upper()}{rewritten[1:]}{_mark(typed, said[-1])}"
    known = set(_words(typed))
    carried = tuple(w for w in dict.fromkeys(re.findall(r"[\w’'-]+", rewritten)) if w.lower() not in known)
    return FollowUp(question, rewritten, carried)


def _mark(question: str, last: Earlier) -> str:
    return " ?" if _rules(question, last) is french.rewritten else "?"


def _rules(question: str, last: Earlier) -> Rules:
    """Those of the question's language; one that shows none ("2027 ?") is taken to be in the last one's."""
    for text in (question, last.question):
        shown = [len(spoken.findall(text)) for spoken, _ in _LANGUAGES]
        if any(shown):
            return _LANGUAGES[shown.index(max(shown))][1]
    return french.rewritten


def _words(text: str) -> list[str]:
    return re.findall(r"[\w’'-]+", text.lower())
