"""What the tests of HTML share: how a browser would see it, and citations to make it of."""

from __future__ import annotations

from html.parser import HTMLParser

from qa.dates import PartialDate
from qa.types import Answer, Candidate, Citation, Dispatch, Hit, Passage, Reply

EVIL = "<script>alert(1)</script> & \"x\" 'y'"


class Seen(HTMLParser):
    """The tags and the text that a browser would see, and the text inside ``<mark>``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.marked: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("img", "input"):
            self.open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked[-1] += data


def citation(text: str, quote: str, nth: int = 0, *, offset: int = 100, **changes: object) -> Citation:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    values: dict[str, object] = {
        "dispatch_id": "d1", "source": "un.txt", "path": "dossier/un.txt", "encoding": "utf-8",
        "title": "Titre", "published": PartialDate(2025, 5), "paragraph": 4,
        "start": offset + start, "end": offset + start + len(quote), "quote": quote,
        "passage_start": offset, "passage_text": text,
    }  # fmt: skip
    return Citation(**{**values, **changes})  # type: ignore[arg-type]


def answered(*citations: Citation, confidence: float = 0.97, others: tuple[Candidate, ...] = ()) -> Reply:
    return Reply("?", Answer(citations[0].quote, confidence, citations, others), (), {})


def hit(text: str, n: int = 1, title: str = "Titre") -> Hit:
    dispatch = Dispatch("d1", "un.txt", "un.txt", title, PartialDate(2025, 3), text)
    return Hit(Passage(f"p{n}", "d1", n, 0, len(text), text), dispatch, 0.1, 0.8, n, n)
