"""A desk to test on: dispatches on disk, an index, stand-ins for the encoder and the reader."""

from __future__ import annotations

import contextlib
from pathlib import Path

from qa.archive import Archive
from qa.confidence import Evidence
from qa.indexing import Indexer
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.types import IndexReport
from tests.fakes import FakeEmbedder, FakeReader
from tests.qa.hand import judging

REPOSITORY = Path(__file__).resolve().parents[2]
# The margin decides, retrieval between equals: the stand-in reader's 4.0 is a probability of 0.982, its
# -4.0 one of 0.018.
MARGIN_FIRST = judging(Evidence(1.0, 0.0, 0.0, 0.01, 0.0))


class Desk:
    """A folder of dispatches and the index made of it."""

    def __init__(self, root: Path) -> None:
        self.dispatches = root / "depeches"
        self.dispatches.mkdir()
        self.index = root / "index"
        self.embedder = FakeEmbedder()
        self.reader = FakeReader()
        self._open: list[Pipeline | Archive] = []

    def write(self, name: str, *paragraphs: str, date: str | None = None) -> Path:
        """A dispatch whose header says the date, and then the paragraphs."""
        path = self.dispatches / name
        path.parent.mkdir(parents=True, exist_ok=True)
        header = f"date {date} Titre de {path.stem}\n\n" if date else ""
        path.write_text(header + "\n\n".join(paragraphs), encoding="utf-8")
        return path

    def run(self, *paths: Path, rebuild: bool = False, prune: bool = False) -> IndexReport:
        """Index the folder, or the paths."""
        return self.indexer().run(paths or [self.dispatches], rebuild=rebuild, prune=prune)

    def indexer(self, embedder: FakeEmbedder | None = None) -> Indexer:
        return Indexer(self.index, embedder or self.embedder, (self.dispatches,))

    def open(self, embedder: FakeEmbedder | None = None, **settings: float) -> Pipeline:
        """A pipeline over the index, closed when the test ends."""
        chosen = Settings.load(self.index, **settings)  # type: ignore[arg-type]
        pipeline = Pipeline(chosen, embedder or self.embedder, self.reader, MARGIN_FIRST)
        self._open.append(pipeline)
        return pipeline

    def archive(self, *, writable: bool = False) -> Archive:
        """The archive of the index, closed when the test ends."""
        archive = Archive(self.index, writable=writable)
        self._open.append(archive)
        return archive

    def sources(self) -> list[str]:
        """Names of the dispatches that the index knows, in order."""
        with contextlib.closing(Archive(self.index)) as archive:
            return sorted(source for source, _ in archive.files().values())

    def found(self, question: str) -> list[str]:
        """Texts of the passages found, best first, by a pipeline opened for this question."""
        return [hit.passage.text for hit in self.open().search(question)]

    def leftovers(self) -> list[str]:
        """What lies beside the index but its lock."""
        ours = [p.name for p in self.index.parent.iterdir() if p.name.startswith(f".{self.index.name}.")]
        return sorted(n for n in ours if not n.endswith(".lock"))

    def close(self) -> None:
        for opened in self._open:
            opened.close()
