"""Answers over time, asked of a pipeline: the current one, what it did to the others, what was known when."""

from __future__ import annotations

import pytest

from qa.dates import PartialDate
from qa.types import Answer, Reply
from tests.fakes import FakeReader
from tests.qa.desk import Desk

P = PartialDate.parse
QUESTION = "Quand est prévue la signature de la Convention de Hanoï ?"
MARCH = "La signature de la Convention de Hanoï est prévue à Hanoï cette année par les États membres."
MAY = MARCH.replace("cette année", "les 25 et 26 octobre 2025")
JUNE = "La signature de la Convention de Hanoï est reportée à Hanoï au 3 décembre 2025 par les États membres."


@pytest.fixture
def told(desk: Desk) -> Desk:
    desk.reader = FakeReader(r"cette année|les 25 et 26 octobre 2025|3 décembre 2025")
    desk.write("mars.txt", MARCH, date="2025-03")
    desk.write("mai.txt", MAY, date="2025-05")
    desk.run()
    return desk


def answer(reply: Reply) -> Answer:
    assert isinstance(reply.result, Answer)
    return reply.result


def history(reply: Reply) -> list[tuple[str, str, str]]:
    return [(t.text, t.relation, t.citation.source) for t in answer(reply).history]


def test_the_newer_and_finer_answer_is_the_current_one(told: Desk):
    reply = told.open().ask(QUESTION)
    assert answer(reply).text == "les 25 et 26 octobre 2025"
    assert str(answer(reply).time.interval) == "2025-10-25/2025-10-26"
    assert history(reply) == [("cette année", "refined", "mars.txt")]


def test_as_of_a_date_later_dispatches_do_not_exist(told: Desk):
    reply = told.open().ask(QUESTION, as_of=P("2025-04"))
    assert answer(reply).text == "cette année"
    time = answer(reply).time
    assert (str(time.interval), str(time.resolved_from)) == ("2025", "2025-03")
    assert history(reply) == []
    assert answer(told.open().ask(QUESTION, as_of=P("2025-06"))).text == "les 25 et 26 octobre 2025"


def test_a_correction_supersedes(told: Desk):
    told.write("juin.txt", JUNE, date="2025-06")
    told.run()
    reply = told.open().ask(QUESTION)
    assert answer(reply).text.endswith("3 décembre 2025")
    assert ("les 25 et 26 octobre 2025", "superseded", "mai.txt") in history(reply)


def test_a_contradiction_is_shown_with_both_sources(told: Desk):
    told.write("juin.txt", MAY.replace("25 et 26 octobre", "3 et 4 novembre"), date="2025-06")
    told.reader = FakeReader(r"cette année|les \d+ et \d+ \w+ 2025")
    told.run()
    reply = told.open().ask(QUESTION)
    assert answer(reply).text == "les 3 et 4 novembre 2025"
    assert ("les 25 et 26 octobre 2025", "contradicted", "mai.txt") in history(reply)


def test_a_newer_but_coarser_answer_confirms_and_does_not_replace(told: Desk):
    told.write("juin.txt", MARCH, date="2025-06")
    told.run()
    reply = told.open().ask(QUESTION)
    assert answer(reply).text == "les 25 et 26 octobre 2025"
    assert ("cette année", "refined", "juin.txt") in history(reply)


def test_another_subject_is_no_history(told: Desk):
    told.write(
        "autre.txt", "Le tramway de Port-Oriel sera mis en service le 29 novembre 2025.", date="2025-06"
    )
    told.run()
    assert all(source != "autre.txt" for *_, source in history(told.open().ask(QUESTION)))


def test_every_quote_of_the_history_is_the_files_text(told: Desk):
    for statement in answer(told.open().ask(QUESTION)).history:
        citation = statement.citation
        with open(citation.path, encoding=citation.encoding) as file:
            assert file.read()[citation.start : citation.end] == citation.quote == statement.text


def test_a_named_period_steers_and_can_be_dropped(told: Desk):
    pipeline = told.open()
    reply = pipeline.ask("Quelle signature est prévue en octobre 2025 ?")
    assert reply.question_time is not None
    assert reply.hits[0].dispatch.source == "mai.txt"
    assert pipeline.ask("Quelle signature en octobre 2025 ?", use_time=False).question_time is None


def test_dispatches_of_a_month_are_those_published_then(told: Desk):
    reply = told.open().ask("Que disaient les dépêches de mars 2025 de la signature ?")
    assert {hit.dispatch.source for hit in reply.hits} == {"mars.txt"}


def test_a_timeline_is_in_order_of_the_events_and_quotes_literally(told: Desk):
    told.write("adhesion.txt", "Le Vietnam a adhéré à la Convention de Hanoï le 3 mars 1991.", date="2025-06")
    told.run()
    events = told.open().timeline("Convention de Hanoï signature")
    assert [str(e.interval) for e in events] == ["1991-03-03", "2025", "2025-10-25/2025-10-26"]
    assert [e.planned for e in events] == [False, True, True]
    for event in events:
        for citation in event.citations:
            with open(citation.path, encoding=citation.encoding) as file:
                assert file.read()[citation.start : citation.end] == citation.quote


def test_a_timeline_tells_what_two_dispatches_say_once(told: Desk):
    told.write("encore.txt", MAY + " L'ONU s'en félicite.", date="2025-06")
    told.run()
    events = [
        e for e in told.open().timeline("Convention de Hanoï") if str(e.interval).startswith("2025-10-25")
    ]
    assert len(events) == 1
    assert {c.source for c in events[0].citations} == {"mai.txt", "encore.txt"}
