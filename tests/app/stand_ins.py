"""Stand-ins for the pipeline and the indexer: real dispatches and offsets, no models.

``StandInPipeline`` answers from a table of question -> span; what it does not know it abstains on.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa.archive import Listed, Wanted
from qa.dates import PartialDate, Period
from qa.errors import BadQuestion
from qa.temporal.timeline import Event
from qa.types import (
    Abstention,
    Answer,
    Candidate,
    Citation,
    Dispatch,
    Failure,
    Hit,
    IndexReport,
    IndexStatus,
    Passage,
    Progress,
    ProgressSink,
    Reply,
)

REPORT = IndexReport(added=1, unchanged=2, failures=(Failure("dossier/<vide>.txt", "fichier vide"),))
ANY_TIME = Period()
SEEDS = Path(__file__).parents[2] / "seeds"
HANOI = "Quand est prévue la signature de la Convention de Hanoï\u00a0?"
NASTY = (
    "<script>window.pwned = 1</script> <img src=x onerror='window.pwned=1'> **gras** `code` $$x$$\n\n"
    '# titre\n${1+1} {{value}} & l’<b>intrus</b> signé "X"\u2028fin'
)


def seed(name: str, published: str) -> Dispatch:
    body = (SEEDS / name).read_text(encoding="utf-8")
    title = re.split(r"\n\s*\n", body)[0].split(maxsplit=2)[2]
    return dispatch(body, name=name, title=title, published=published)


def dispatch(
    body: str, name: str = "depeche.txt", title: str = "Titre", published: str | None = "2025-05"
) -> Dispatch:
    date = None if published is None else PartialDate.parse(published)
    return Dispatch(name, name, name, title, date, body)


def passages(of: Dispatch) -> list[Passage]:
    found = re.finditer(r"\S.*?(?=\n\s*\n|\s*\Z)", of.body, flags=re.DOTALL)
    return [Passage(f"{of.id}#{n}", of.id, n, m.start(), m.end(), m.group()) for n, m in enumerate(found)]


def cite(of: Dispatch, quote: str, after: str = "") -> Citation:
    """A citation of the first ``quote`` that follows ``after``."""
    start = of.body.index(quote, of.body.index(after))
    end = start + len(quote)
    home = next(p for p in passages(of) if p.start <= start and end <= p.end)
    return Citation(
        of.id, of.source, of.path, of.encoding, of.title, of.published,
        home.ordinal, start, end, quote, home.start, home.text,
    )  # fmt: skip


def hits(of: Dispatch, *ordinals: int) -> tuple[Hit, ...]:
    found = passages(of)
    return tuple(Hit(found[n], of, 1 / (rank + 1), 0.8, rank, rank) for rank, n in enumerate(ordinals, 1))


def reply(question: str, result: Answer | Abstention, found: Sequence[Hit] = ()) -> Reply:
    return Reply(question, result, tuple(found), {"total": 1.0})


@dataclass
class StandInPipeline:
    replies: dict[str, Reply] = field(default_factory=dict)
    found: tuple[Hit, ...] = ()
    asked: list[str] = field(default_factory=list)
    closed: bool = False
    threshold: float = 0.5
    wanted: list[tuple[Wanted, int]] = field(default_factory=list)
    paths: dict[str, list[str]] = field(default_factory=dict)
    narrowed: list[tuple[Period, int | None, float | None]] = field(default_factory=list)
    known: list[tuple[PartialDate | None, bool]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    events: tuple[Event, ...] = ()

    def timeline(
        self, topic: str, *, period: Period, as_of: PartialDate | None, most: int, source: str = ""
    ) -> tuple[Event, ...]:
        self.asked.append(topic)
        self.sources.append(source)
        if not topic.strip():
            raise BadQuestion("question_empty")
        return self.events

    def ask(
        self,
        question: str,
        *,
        period: Period = ANY_TIME,
        top_k: int | None = None,
        threshold: float | None = None,
        as_of: PartialDate | None = None,
        use_time: bool = True,
        source: str = "",
    ) -> Reply:
        self.known.append((as_of, use_time))
        self.sources.append(source)
        self.asked.append(question)
        self.narrowed.append((period, top_k, threshold))
        if not question.strip():
            raise BadQuestion("question_empty")
        if len(question) > 2000:
            raise BadQuestion("question_long", n=len(question), most=2000)
        if question in self.replies:
            return self.replies[question]
        return reply(question, Abstention("no_answer_found", 0.86), self.found)

    def dispatch(self, dispatch_id: str) -> Dispatch:
        known = [h.dispatch for r in self.replies.values() for h in r.hits] + [h.dispatch for h in self.found]
        return {d.id: d for d in known}[dispatch_id]

    def browse(self, wanted: Wanted, first: int, most: int) -> tuple[int, list[Listed]]:
        self.wanted.append((wanted, first))
        rows = [Listed(f"id{n}", f"Dépêche <{n}>", PartialDate(2025, 5), f"{n}.txt") for n in range(45)]
        return len(rows), rows[first : first + most]

    def paths_of(self, dispatch_id: str) -> list[str]:
        return self.paths.get(dispatch_id, [])

    def status(self) -> IndexStatus:
        return IndexStatus("index", 2, 17, "2025-03", "2025-05", "encodeur", "lecteur", 1000, True)

    def close(self) -> None:
        self.closed = True


@dataclass
class StandInIndexer:
    """Reports ``total`` passages; waits for ``gate`` before the last, so that tests hold it there."""

    total: int = 4
    gate: threading.Event | None = None
    report: IndexReport = REPORT
    ran: list[list[Path]] = field(default_factory=list)
    forgotten: list[Path] = field(default_factory=list)

    def run(
        self,
        paths: Sequence[Path],
        *,
        progress: ProgressSink | None = None,
        only: Collection[Path] | None = None,
        wait: float = 0.0,
    ) -> IndexReport:
        self.ran.append(list(paths))
        for done in range(self.total):
            if progress is not None:
                progress(Progress(done, self.total))
        if self.gate is not None:
            self.gate.wait(timeout=30)
        return self.report

    def forget(self, paths: Collection[Path], *, wait: float = 0.0) -> IndexReport:
        self.forgotten += paths
        return IndexReport(removed=len(paths))


def pipeline_of_the_seeds() -> StandInPipeline:
    march = seed("000_76e27e3d561b4175.txt", "2025-03")
    may = seed("001_98a8ff821195ca4d.txt", "2025-05")
    date = "les 25 et 26 octobre 2025"
    answer = Answer(
        date,
        0.97,
        (cite(may, date), cite(may, "octobre prochain")),
        (
            Candidate("cette année", 0.52, cite(march, "cette année")),
            Candidate("2026", 0.08, cite(may, "2026")),
        ),
    )
    evil = dispatch(NASTY, name="<i>x</i>.txt", title="<b>titre</b>", published=None)
    quote = "l’<b>intrus</b>"
    return StandInPipeline(
        {
            HANOI: reply(HANOI, answer, hits(may, 4, 6)),
            "méchante": reply("méchante", Answer(quote, 0.5, (cite(evil, quote),)), hits(evil, 0)),
        },
        (*hits(may, 1, 3), *hits(march, 2, 4)),
    )
