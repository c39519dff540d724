"""What programs ask reaches the pipeline: every filter of a request narrows what is found."""

from __future__ import annotations

import pytest

from qa import shapes
from qa.asked import asking, dating, searching
from qa.pipeline import Pipeline
from tests.qa.desk import Desk

QUESTION = "Quand la convention sera-t-elle signée ?"


@pytest.fixture
def pipeline(desk: Desk) -> Pipeline:
    desk.write("mars.txt", "La convention sera signée le 3 mars 2026.", date="2025-03")
    desk.write("mai.txt", "La convention sera signée le 25 octobre 2025.", date="2025-05")
    desk.run()
    return desk.open()


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, {"mars.txt", "mai.txt"}),
        ({"source": "MAI"}, {"mai.txt"}),
        ({"since": "2025-04"}, {"mai.txt"}),
        ({"until": "2025-04"}, {"mars.txt"}),
        ({"as_of": "2025-04"}, {"mars.txt"}),
        ({"source": "mai", "as_of": "2025-04"}, set()),
    ],
)
def test_filters_narrow_answers_passages_and_timelines(
    pipeline: Pipeline, narrowed: dict[str, str], expected: set[str]
):
    reply = asking(pipeline, shapes.Question(question=QUESTION, **narrowed))
    assert {hit.dispatch.source for hit in reply.hits} == expected
    hits = searching(pipeline, shapes.SearchQuestion(question=QUESTION, **narrowed))
    assert {hit.dispatch.source for hit in hits} == expected
    events = dating(pipeline, shapes.Topic(topic=QUESTION, **narrowed))
    assert {event.citation.source for event in events} == expected
