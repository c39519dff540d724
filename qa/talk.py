"""A conversation: what was asked, with which filters, and what came of it; and those that are going on.

Called by the chat and by ``qa.exporting``. ``Talks`` is safe to use from many threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from qa.filters import Filters
from qa.types import Reply

# Some tens of kilobytes a turn (its dispatches are kept whole): a newsroom's day.
MOST_TURNS = 3_000
MOST_TURNS_OF_A_TALK = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its reply, or the error that came instead; ``id`` is unique in its conversation.

    ``typed``: what the user typed, where ``question`` was rewritten from it (``qa.followups``).
    """

    id: str
    question: str
    filters: Filters
    outcome: Reply | Exception
    typed: str = ""


class Talks:
    """Conversations by their id, in memory; the one untouched for longest goes when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._talks: OrderedDict[str, list[Turn]] = OrderedDict()
        self._given = 0

    def turns(self, talk: str) -> tuple[Turn, ...]:
        """What was said so far, in order; nothing for an id that is not known."""
        with self._lock:
            return tuple(self._talks.get(talk, ()))

    def turn(self, talk: str, turn_id: str) -> Turn:
        """One turn. Raises KeyError."""
        for turn in self.turns(talk):
            if turn.id == turn_id:
                return turn
        raise KeyError(turn_id)

    def add(
        self, talk: str, question: str, filters: Filters, outcome: Reply | Exception, typed: str = ""
    ) -> Turn:
        """Note a turn; the first ones of an endless conversation are forgotten. No id: it is not kept."""
        with self._lock:
            self._given += 1
            turn = Turn(str(self._given), question, filters, outcome, typed)
            if talk:
                turns = self._talks.setdefault(talk, [])
                turns.append(turn)
                del turns[:-MOST_TURNS_OF_A_TALK]
                self._talks.move_to_end(talk)
                while sum(map(len, self._talks.values())) > MOST_TURNS:
                    self._talks.popitem(last=False)
            return turn

    def forget(self, talk: str) -> None:
        """End a conversation."""
        with self._lock:
            self._talks.pop(talk, None)
