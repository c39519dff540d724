"""Every error this project raises on purpose, on one screen.

::

    QaError                 message for the user, one line; exit code 1
     └─ UserError           the user's mistake; exit code 2
         ├─ BadQuestion     empty or far too long
         ├─ BadDate         not a DATE of the command line
         ├─ BadFile         a file that is no dispatch (path and reason)
         ├─ NoDispatches    nothing to index where the user pointed
         ├─ BadSettings     a settings file that cannot be used (path and reason)
         ├─ BadQuestionSet  a question set that cannot be read (path, line and reason)
         ├─ BadRequest      a request of another program that has not the documented shape
         ├─ UnknownDispatch no dispatch of that id
         ├─ MissingExtra    a command whose optional packages are not installed
         └─ IndexProblem    the index cannot be used
             ├─ NoIndex         there is none
             ├─ IndexMismatch   made by another encoder or schema (names both)
             ├─ IndexDamaged    checksum or format wrong
             └─ IndexLocked     another writer is at work
     ├─ CitationMismatch    a quote differs from its dispatch; never shown
     └─ ModelProblem        model files missing, damaged or not loadable
"""

from __future__ import annotations

from pathlib import Path

from qa.messages import say


class QaError(Exception):
    """Base of all errors raised on purpose: a key of ``qa.messages`` and its values.

    ``str(error)`` is one line for the user, in the language in use.
    """

    exit_code = 1

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return say(self.key, **self.values)


class UserError(QaError):
    """Something that the user can put right."""

    exit_code = 2


class BadQuestion(UserError):
    """The question is empty or longer than any question."""


class BadDate(UserError):
    """A date that is not ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""


class BadFile(UserError):
    """A file that cannot be read as a dispatch."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__("file", path=path, reason=reason)
        self.path = str(path)
        self.reason = reason


class NoDispatches(UserError):
    """The paths given hold no dispatch."""


class BadSettings(UserError):
    """A settings file that cannot be read, or a name or a value in it that is none."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__("file", path=path, reason=reason)


class BadQuestionSet(UserError):
    """A question set that cannot be read; ``detail`` names file, line and reason."""

    def __init__(self, detail: str) -> None:
        super().__init__("question_set", detail=detail)


class BadRequest(UserError):
    """Another program's request lacks a value, or gives one of the wrong type or under an unknown name."""


class UnknownDispatch(UserError, KeyError):
    """The index holds no dispatch of that id."""

    __str__ = QaError.__str__


class MissingExtra(UserError):
    """A command needs packages that the plain installation leaves out."""


class IndexProblem(UserError):
    """The index cannot be used as asked."""


class NoIndex(IndexProblem):
    """There is no index in the folder."""


class IndexMismatch(IndexProblem):
    """The index was made with other settings than those in force; the message names both."""


class IndexDamaged(IndexProblem):
    """A file of the index is not what its manifest says."""


class IndexLocked(IndexProblem):
    """Another process is writing to the index."""


class CitationMismatch(QaError):
    """A quote does not equal the dispatch's text at its offsets: a defect, never shown as an answer."""


class ModelProblem(QaError):
    """A model cannot be loaded."""
