"""The archives that benchmarks are run on are archives like any other."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path

from benchmarks.press_archive import article_vectors, describe, fill, paragraphs, read_articles
from qa.archive import Archive
from qa.derived import renew
from qa.passages import Splitter
from tests.fakes import FakeEmbedder
from tests.qa.desk import Desk

WORDS = "Le phare de Kéréon a été rallumé", "Le budget a été voté", "La pluie est tombée sur la digue"


def test_an_archive_of_any_size_is_whole_and_can_be_asked(tmp_path: Path):
    corpus = tmp_path / "press.jsonl.gz"
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        for n, words in enumerate(WORDS):
            text = "".join(f"{words} par le conseil numéro {n}{i} de la région." for i in range(6))
            file.write(json.dumps({"text": text}) + "\n")
        file.write(json.dumps({"text": "Trop court."}) + "\n")
    articles = read_articles(corpus)
    assert [len(paragraphs(a)) for a in articles] == [3, 3, 3]
    desk = Desk(tmp_path)
    vectors = article_vectors(articles, desk.embedder)
    fill(desk.index, articles, vectors, passages=100, seed=1)
    describe(desk.index, FakeEmbedder().spec)
    with contextlib.closing(Archive(desk.index, writable=True)) as archive:
        renew(desk.index, archive, desk.embedder.spec, Splitter())
        assert archive.counts().passages >= 100
    pipeline = desk.open()
    assert pipeline.status().healthy
    hit = pipeline.search("phare de Kéréon rallumé")[0]
    assert "phare" in hit.passage.text
    assert hit.dispatch.body[hit.passage.start : hit.passage.end] == hit.passage.text
    desk.close()
