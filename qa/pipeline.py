"""Question to Reply: retrieve, read, choose, cite, or abstain. Follows the index as it changes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from embeddings.background import relative
from embeddings.embedder import Embedder
from embeddings.types import Vectors
from qa.archive import FILE as ARCHIVE_FILE
from qa.archive import Archive, ArchiveReplaced, Listed, Wanted, identity_of
from qa.candidates import Group, gather, promising, rank
from qa.confidence import Calibration
from qa.context import read_under_titles
from qa.dates import PartialDate, Period
from qa.deciding import decide
from qa.derived import check_made_with
from qa.detection import LANGUAGES
from qa.dispatches import printable
from qa.errors import BadDate, BadQuestion, NoIndex, QaError, UnknownDispatch, UserError
from qa.fitting import fitting
from qa.indexing import recover_if_needed
from qa.lexical_index import LexicalIndex
from qa.naming import speaking_of
from qa.reader import Reader
from qa.reranking import rerank
from qa.retrieval import Retriever, worth_reading
from qa.scope import Scope
from qa.settings import MAX_QUESTION_CHARACTERS, MAX_TOP_K, Settings, check_range
from qa.similarity import SentenceVectors
from qa.temporal.publication import completed
from qa.temporal.questions import QuestionTime, question_time
from qa.temporal.steering import concerned_with, steer
from qa.temporal.timeline import Event, timeline
from qa.types import (
    Abstention,
    Answer,
    Dispatch,
    Hit,
    IndexStatus,
    Reply,
    Span,
)
from qa.vectors import VectorIndex
from qa.verifying import Verifier, verified

T = TypeVar("T")

_ANY_TIME = Period()
# Read for their dates, not by the reader: so many cost little.
_TIMELINE_PASSAGES = 60
# Read to rank what a search found: among these, the passage that answers gains most.
_RANKED_BY_READING = 8
# Heard, besides those read, for what other dispatches say.
_HEARD = 20
# Passages read besides where what the first ones give would be withheld.
_FURTHER = 3
# Below, nothing came of reading them: over the dev half of ``eval/questions/time.jsonl``.
_HOPELESS = 0.1


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds by stage, in the order in which they ended."""

    timings_ms: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        began = time.perf_counter()
        yield
        self.timings_ms[name] = round((time.perf_counter() - began) * 1000, 1)


@dataclass(frozen=True, slots=True)
class _Opened:
    """The archive as opened, and the file it was opened on."""

    identity: tuple[int, int]
    archive: Archive
    retriever: Retriever


class Pipeline:
    """Answers questions from one index folder. Safe to call from several threads.

    What another process or thread indexes is seen by the next question, a rebuild too.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        reader: Reader,
        calibration: Calibration,
        verifier: Verifier | None = None,
    ) -> None:
        """Open the index. Raises NoIndex, IndexMismatch, IndexDamaged."""
        self._settings = settings
        self._embedder = embedder
        self._reader = reader
        self._calibration = calibration
        # A calibration that does not count on the verifier spares its time.
        self._verifier = verifier if calibration.counts_on_verifier else None
        self._sentences = SentenceVectors(embedder)
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._open()

    @property
    def threshold(self) -> float:
        """The probability below which an answer is withheld."""
        own = self._settings.threshold
        return self._calibration.threshold if own is None else own

    def ask(
        self,
        question: str,
        *,
        period: Period = _ANY_TIME,
        top_k: int | None = None,
        threshold: float | None = None,
        as_of: PartialDate | None = None,
        use_time: bool = True,
        source: str = "",
        language: str = "",
    ) -> Reply:
        """The current answer of the dispatches, or an abstention.

        ``as_of``: only what had been published by then exists; ``source``: only files with it in their path;
        ``language``: only dispatches in it (ISO 639-1). ``use_time``: a period named in the question steers.
        Raises BadQuestion, BadDate (an empty period), UserError (an option out of range).
        """
        limit = self.threshold if threshold is None else threshold
        check_range("--threshold", limit, 0.0, 1.0)
        question = printable(question)
        watch = Stopwatch()
        began = time.perf_counter()
        check_question(question)
        time_asked = understood(question, as_of) if use_time else None
        k = self._top_k(top_k)
        if time_asked and time_asked.role == "publication" and not period:
            period = time_asked.period
        query, heard = self._retrieve(question, Scope(period, source, language), max(k, _HEARD), watch, as_of)
        concerned = concerned_with(time_asked.interval, heard) if time_asked else frozenset()
        named = speaking_of(question, heard)
        read = steer(named, concerned, k) if time_asked else tuple(named[:k])
        with watch.stage("read"):
            calibration = self._calibration.for_question(query)
            # A period asked for has put some before nearer ones: those are read too.
            first = read if time_asked else worth_reading(read)
            others = _others(worth_reading(named), read, concerned if time_asked else None)
            groups, further = self._read(question, query, first, others, calibration, limit)
            result = self._decide(question, groups, heard, calibration, limit, named=bool(named))
            ranked = rerank(_first((*read, *further), heard, k + len(further)), groups)
            ranked = steer(ranked, concerned, len(ranked)) if time_asked else ranked
            ranked = _shown(ranked, groups, k)
        watch.timings_ms["total"] = round((time.perf_counter() - began) * 1000, 1)
        return Reply(question, result, ranked, watch.timings_ms, time_asked)

    def search(
        self,
        question: str,
        *,
        period: Period = _ANY_TIME,
        top_k: int | None = None,
        as_of: PartialDate | None = None,
        source: str = "",
        language: str = "",
    ) -> tuple[Hit, ...]:
        """The passages nearest to the question, best first, once read. Raises as ``ask``."""
        k, question = self._top_k(top_k), printable(question)
        most = max(k, _RANKED_BY_READING)
        scope = Scope(period, source, language)
        query, hits = self._retrieve(question, scope, most, Stopwatch(), as_of)
        read = worth_reading(hits[:_RANKED_BY_READING])
        spans = self._spans(question, read)
        groups = self._weigh(query, read, spans, self._calibration.for_question(query))
        return rerank(hits, groups)[:k]

    def timeline(
        self,
        topic: str,
        *,
        period: Period = _ANY_TIME,
        as_of: PartialDate | None = None,
        most: int = 20,
        source: str = "",
        language: str = "",
    ) -> tuple[Event, ...]:
        """Dated statements about a topic or question, in order of the events' time. Raises as ``ask``."""
        check_range("--most", most, 1, MAX_TOP_K)
        scope = Scope(period, source, language)
        query, hits = self._retrieve(printable(topic), scope, _TIMELINE_PASSAGES, Stopwatch(), as_of)
        floor = float(query[0] @ self._embedder.background)

        def relevance(sentences: Sequence[str]) -> list[float]:
            return [relative(c, floor) for c in self._sentences.cosines(query, sentences)]

        return timeline(hits, relevance, most)

    def dispatch(self, dispatch_id: str) -> Dispatch:
        """A whole dispatch. Raises UnknownDispatch, a KeyError."""
        try:
            return self._using(lambda opened: opened.archive.dispatch(dispatch_id))
        except KeyError:
            raise UnknownDispatch("dispatch_unknown", id=printable(dispatch_id)) from None

    def browse(self, wanted: Wanted, first: int, most: int) -> tuple[int, list[Listed]]:
        """How many dispatches there are of those wanted, and ``most`` of them from ``first``."""
        wanted = replace(
            wanted,
            words=printable(wanted.words),
            scope=replace(wanted.scope, source=printable(wanted.scope.source)),
        )
        return self._using(lambda opened: opened.archive.browse(wanted, first, most))

    def paths_of(self, dispatch_id: str) -> list[str]:
        """The files that hold a dispatch."""
        return self._using(lambda opened: opened.archive.paths_of(dispatch_id))

    def status(self) -> IndexStatus:
        """Counts, dates, models, size on disk and health of the index."""
        return self._using(self._status)

    def _status(self, opened: _Opened) -> IndexStatus:
        counts = opened.archive.counts()
        opened.retriever.words.warm()
        derived = (opened.retriever.vectors.verify(), opened.retriever.words.problem)
        problems = (*opened.archive.check(), *(p for p in derived if p))
        folder = self._settings.index
        return IndexStatus(
            folder=str(folder.absolute()),
            dispatches=counts.dispatches,
            passages=counts.passages,
            earliest=counts.earliest,
            latest=counts.latest,
            encoder=str(self._embedder.spec),
            reader=self._reader.name,
            bytes=_size(folder),
            healthy=not problems,
            problems=problems,
        )

    def close(self) -> None:
        """Close the index; the next question opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened.archive.close()
                self._opened = None

    def _open(self) -> _Opened:
        """The index as it lies in its folder now: opened anew when a rebuild has put another there."""
        path = self._settings.index / ARCHIVE_FILE
        with self._lock:
            while True:
                identity = identity_of(path)
                if identity is None:
                    recover_if_needed(self._settings.index)
                    identity = identity_of(path)
                if identity is None:
                    raise NoIndex("no_index", folder=self._settings.index)
                if self._opened is not None and self._opened.identity == identity:
                    return self._opened
                try:
                    # The one before is left to the questions still using it, and to the garbage collector.
                    self._opened = self._open_as(identity)
                except QaError:
                    # A rebuild may have put another index there between the look and the opening.
                    if identity_of(path) == identity:
                        raise

    def _open_as(self, identity: tuple[int, int]) -> _Opened:
        folder = self._settings.index
        archive = Archive(folder)
        try:
            check_made_with(folder, archive, self._embedder.spec)
        except QaError:
            archive.close()
            raise
        vectors, words = VectorIndex(folder, archive, self._embedder.spec), LexicalIndex(folder, archive)
        retriever = Retriever(archive, vectors, words, self._embedder.background)
        return _Opened(identity, archive, retriever)

    def _top_k(self, asked: int | None) -> int:
        k = self._settings.top_k if asked is None else asked
        check_range("--top-k", k, 1, MAX_TOP_K)
        return k

    def _retrieve(
        self, question: str, scope: Scope, k: int, watch: Stopwatch, as_of: PartialDate | None
    ) -> tuple[Vectors, tuple[Hit, ...]]:
        check_question(question)
        check_period(scope.period)
        within = Scope(
            known_by(scope.period, as_of), printable(scope.source.strip()), check_language(scope.language)
        )
        self._open()  # a missing index is told before any model is loaded
        with watch.stage("embed"):
            query = self._embedder.embed_queries([question])
        with watch.stage("retrieve"):
            hits = self._using(lambda opened: opened.retriever.search(question, query, k, within))
        return query, hits if as_of is None else tuple(known_hits(hits, as_of))

    def _using(self, use: Callable[[_Opened], T]) -> T:
        """What ``use`` gives of the index, asked again when a rebuild put another there meanwhile."""
        while True:
            with contextlib.suppress(ArchiveReplaced):
                return use(self._open())

    def _read(
        self,
        question: str,
        query: Vectors,
        hits: Sequence[Hit],
        others: Sequence[Hit],
        calibration: Calibration,
        threshold: float,
    ) -> tuple[list[Group], Sequence[Hit]]:
        """What the hits hold; where that is no answer, what the others hold too. And the others, if read."""
        spans = self._spans(question, hits)
        groups = self._verified(question, self._weigh(query, hits, spans, calibration))
        if not others or not _unsure(groups, calibration, threshold):
            return groups, ()
        spans += self._spans(question, others)
        more = self._weigh(query, (*hits, *others), spans, calibration)
        return self._verified(question, more, groups), others

    def _spans(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        return fitting(question, hits, read_under_titles(self._reader, question, hits))

    def _weigh(
        self, query: Vectors, hits: Sequence[Hit], spans: Sequence[Span], calibration: Calibration
    ) -> list[Group]:
        floor = float(query[0] @ self._embedder.background)
        spans = promising(hits, spans, floor, calibration)
        gathered = gather(hits, spans, lambda sentences: self._sentences.cosines(query, sentences), floor)
        return rank(gathered, calibration)

    def _verified(self, question: str, groups: list[Group], before: Sequence[Group] = ()) -> list[Group]:
        return groups if self._verifier is None else verified(question, groups, self._verifier, before)

    def _likeness(self, sentence: str, others: Sequence[str]) -> list[float]:
        """How much like a sentence others are: 0 for any two, 1 for the same."""
        own = self._sentences.vectors([sentence])[0]
        floor = float(own @ self._embedder.background)
        return [relative(c, floor) for c in self._sentences.cosines(own[None], others)]

    def _decide(
        self,
        question: str,
        groups: list[Group],
        hits: tuple[Hit, ...],
        calibration: Calibration,
        threshold: float,
        *,
        named: bool,
    ) -> Answer | Abstention:
        if not hits:
            empty = self._using(lambda opened: opened.archive.counts().dispatches) == 0
            return Abstention("empty_index" if empty else "no_passage", 1.0)
        if not groups:
            absence = calibration.nothing_fits if named else calibration.nothing_named
            return Abstention("no_answer_found", absence)
        return decide(question, groups, calibration, threshold, hits, self._likeness)


def _unsure(groups: Sequence[Group], calibration: Calibration, threshold: float) -> bool:
    """Whether more is worth reading: nothing was found, or what would be withheld, not without hope."""
    if not groups:
        return True
    return _HOPELESS <= calibration.belief.probability(groups[0].best.evidence, groups[0].lead) < threshold


def _others(named: Sequence[Hit], read: Sequence[Hit], concerned: frozenset[str] | None) -> list[Hit]:
    """The next hits to read, of those that a period asked for concerns, where one is."""
    known = {hit.passage.id for hit in read}
    others = [hit for hit in named if hit.passage.id not in known]
    return [hit for hit in others if concerned is None or hit.passage.id in concerned][:_FURTHER]


def _first(read: Sequence[Hit], heard: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The ``k`` hits to show: those read, then the best of the others."""
    known = {hit.passage.id for hit in read}
    return (*read, *(hit for hit in heard if hit.passage.id not in known))[:k]


def _shown(ranked: tuple[Hit, ...], groups: Sequence[Group], k: int) -> tuple[Hit, ...]:
    """The first ``k``, the best candidate's among them however far behind."""
    best = groups[0].best.hit.passage.id if groups else ""
    if all(hit.passage.id != best for hit in ranked[k:]):
        return ranked[:k]
    return (*ranked[: k - 1], *(hit for hit in ranked[k:] if hit.passage.id == best))


def check_question(question: str) -> None:
    """Raise BadQuestion for an empty question or one longer than any question."""
    if not any(c.isalnum() for c in question):
        raise BadQuestion("question_empty")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise BadQuestion("question_long", n=len(question), most=MAX_QUESTION_CHARACTERS)


def known_by(period: Period, as_of: PartialDate | None) -> Period:
    """The period, ending no later than ``as_of``."""
    if as_of is None or (period.until is not None and period.until.last <= as_of.last):
        return period
    return Period(period.since, as_of)


def known_hits(hits: Sequence[Hit], as_of: PartialDate) -> Iterator[Hit]:
    """The hits of dispatches that do not tell by a day in their body that they came later than ``as_of``."""

    def known(dispatch: Dispatch) -> bool:
        published = completed(dispatch.published, dispatch.body)
        return published is not None and published.first <= as_of.last

    for hit in hits:
        if known(hit.dispatch):
            yield replace(hit, copies=tuple(copy for copy in hit.copies if known(copy[1])))


def understood(question: str, as_of: PartialDate | None) -> QuestionTime | None:
    """The period that the question names, seen from ``as_of`` or today."""
    return question_time(question, as_of.last if as_of else date.today())


def check_period(period: Period) -> None:
    """Raise BadDate for a period that ends before it starts."""
    if period.since and period.until and period.since.first > period.until.last:
        raise BadDate("period_empty", since=period.since, until=period.until)


def check_language(language: str) -> str:
    """The code in lower case, or nothing. Raises UserError for one that no dispatch is given."""
    code = language.strip().lower()
    if code and code not in LANGUAGES:
        raise UserError("language_code", value=printable(language.strip()), known=", ".join(LANGUAGES))
    return code


def _size(folder: Path) -> int:
    """Bytes of the files in the folder; some may go while we count (a writer at work)."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total
