"""Answers over time, asked of a pipeline: the current one, what it did to the others, what was known when."""

from __future__ import annotations

import pytest

from qa.dates import PartialDate
from qa.temporal.statements import statement
from qa.types import Answer, Reply
from tests.fakes import FakeReader
from tests.qa.desk import Desk
from tests.qa.hand import make_hit

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
    assert ("cette année", "same", "juin.txt") in history(reply)


def test_another_subject_is_no_history(told: Desk):
    told.write(
        "autre.txt", "Le tramway de Port-Oriel sera mis en service le 29 novembre 2025.", date="2025-06"
    )
    told.run()
    assert all(source != "autre.txt" for *_, source in history(told.open().ask(QUESTION)))


def test_every_quote_of_the_history_is_the_files_text(told: Desk):
    for said in answer(told.open().ask(QUESTION)).history:
        citation = said.citation
        with open(citation.path, encoding=citation.encoding) as file:
            assert file.read()[citation.start : citation.end] == citation.quote == said.text


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


def test_the_same_words_of_another_year_are_no_second_witness(told: Desk):
    told.write("avant.txt", MARCH, date="2023-03")
    told.run()
    reply = told.open().ask(QUESTION, as_of=P("2025-04"))
    assert answer(reply).text == "cette année"
    assert [c.source for c in answer(reply).citations] == ["mars.txt"]


def test_an_older_dispatch_never_takes_the_place_of_the_newest(told: Desk):
    told.reader = FakeReader(r"en (?:octobre|novembre) 2025|le 12 novembre 2025")
    told.write("mars.txt", MARCH.replace("cette année", "le 12 novembre 2025"), date="2025-03")
    told.write("mai.txt", MARCH.replace("cette année", "en octobre 2025"), date="2025-06")
    told.write("aout.txt", MARCH.replace("cette année", "en novembre 2025"), date="2025-08")
    told.run()
    assert "octobre" not in answer(told.open().ask(QUESTION)).text


def test_a_day_told_in_the_body_counts_as_of_a_date(told: Desk):
    told.write("signe.txt", "Lundi 31 mars 2025, la Convention de Hanoï a été signée.", date="2025-03")
    told.run()
    seen = {hit.dispatch.source for hit in told.open().search("Convention de Hanoï", as_of=P("2025-03-05"))}
    assert "signe.txt" not in seen
    assert "signe.txt" in {h.dispatch.source for h in told.open().search("Convention", as_of=P("2025-04"))}


def test_a_timeline_keeps_two_figures_apart_and_dates_the_event_not_the_report(told: Desk):
    told.write(
        "onze.txt", "Le typhon Kalani a fait 11 morts, a annoncé jeudi la province.", date="2025-09-18"
    )
    told.write(
        "seize.txt", "Le typhon Kalani a fait 16 morts, a annoncé jeudi la province.", date="2025-09-18"
    )
    told.write(
        "plan.txt", "Le sommet Kalani se tiendra le 3 mai 2026, a indiqué jeudi le maire.", date="2025-09-18"
    )
    told.run()
    events = told.open().timeline("Kalani")
    assert [len(e.citations) for e in events if "morts" in e.citation.quote] == [1, 1]
    assert "2026-05-03" in [str(e.interval) for e in events]


def test_a_name_refines_a_description_that_the_reader_took_for_the_answer(desk: Desk):
    desk.reader = FakeReader(r"une réalisatrice|Nguyên Thu Minh|le comité local")
    desk.write("fevrier.txt", "Le jury du Festival sera présidé par une réalisatrice.", date="2024-02")
    desk.write("avril.txt", "Le jury du Festival a été confié à Nguyên Thu Minh.", date="2024-04")
    desk.write("mai.txt", "Le jury du Festival a été reçu par le comité local.", date="2024-05")
    desk.run()
    reply = desk.open().ask("Qui préside le jury du Festival ?", as_of=P("2024-04"))
    assert answer(reply).text == "Nguyên Thu Minh"
    assert history(reply) == [("une réalisatrice", "refined", "fevrier.txt")]
    # A description that comes later says nothing of the name.
    later = desk.open().ask("À qui le jury du Festival a-t-il été confié ?")
    assert answer(later).text == "Nguyên Thu Minh"
    assert history(later) == [("une réalisatrice", "refined", "fevrier.txt")]


@pytest.mark.parametrize(
    ("newer", "told"),
    [
        ("1.680 malades de la dengue", [("1.247 cas de la dengue", "contradicted", "aout.txt")]),
        ("1.680 euros de la dengue", []),
        ("9.680 malades de la dengue", []),
    ],
)
def test_counts_of_other_words_are_of_one_matter_where_the_reader_took_both_for_answers(
    desk: Desk, newer: str, told: list[tuple[str, str, str]]
):
    desk.reader = FakeReader(r"1.247 cas de la dengue|\d.680 \w+ de la dengue")
    desk.write("aout.txt", "La province de Ha Khe recense 1.247 cas de la dengue.", date="2024-08")
    desk.write("septembre.txt", f"Ha Khe compte {newer} selon les médecins du Mékong.", date="2024-09")
    desk.run()
    reply = desk.open().ask(f"Combien de {newer.split()[1]} de la dengue compte Ha Khe ?")
    assert answer(reply).text == newer
    assert history(reply) == told


def test_the_newest_that_says_the_same_is_cited_first(desk: Desk):
    desk.reader = FakeReader(r"43 tombes")
    desk.write("mars.txt", "La nécropole de Sainte-Orvège compte 43 tombes.", date="2024-03")
    desk.write("mai.txt", "La nécropole de Sainte-Orvège compte bien 43 tombes fouillées.", date="2024-05")
    desk.run()
    reply = desk.open().ask("Combien de tombes compte la nécropole de Sainte-Orvège ?")
    assert answer(reply).citation.source == "mai.txt"
    assert history(reply) == [("43 tombes", "same", "mars.txt")]


def test_an_older_deadline_does_not_answer_for_a_newer_one(desk: Desk):
    desk.reader = FakeReader(r"d'ici le 30 septembre")
    desk.write("avant.txt", "À Kalani les vols sont suspendus jusqu'à jeudi.", date="2025-09-15")
    desk.write("apres.txt", "À Kalani le courant reviendra d'ici le 30 septembre.", date="2025-09-20")
    desk.run()
    reply = desk.open().ask("Quand le courant reviendra-t-il à Kalani ?")
    assert answer(reply).text == "d'ici le 30 septembre"
    assert history(reply) == []


def test_the_day_of_a_report_is_no_answer_for_a_time_that_lies_ahead(told: Desk):
    told.reader = FakeReader("cette année")
    report = MARCH.replace("est prévue", "a été annoncée").replace("cette année", "lundi")
    body = f"{report} La signature à Hanoï par les États membres aura lieu le 29 novembre 2025."
    told.write("mai.txt", body, date="2025-05-14")
    told.run()
    assert answer(told.open().ask(QUESTION)).text == "le 29 novembre 2025"


def test_what_a_dispatch_says_not_to_hold_is_withdrawn():
    text = "La ligne comptera 23 stations et non 21."
    at = text.index("non 21")
    assert statement(make_hit(text), at, at + 6).withdrawn
    assert statement(make_hit(text), at + 4, at + 6).withdrawn
    assert not statement(make_hit(text), 19, 30).withdrawn


def test_a_dispatch_that_names_the_matter_elsewhere_is_heard(desk: Desk):
    desk.reader = FakeReader(r"Près de 200.000 habitants")
    desk.write("un.txt", "Près de 200.000 habitants ont été évacués avant Kalani.", date="2025-09-15")
    body = "Kalani a touché terre.\n\nAu total 187.400 habitants ont été évacués avant le typhon."
    desk.write("deux.txt", body, date="2025-09-18")
    desk.run()
    reply = desk.open().ask("Combien d'habitants ont été évacués avant Kalani ?")
    assert answer(reply).text == "187.400 habitants"
    assert history(reply) == [("Près de 200.000 habitants", "refined", "un.txt")]


@pytest.mark.parametrize(
    ("newer", "told"),
    [
        ("a touché terre à Mui Sen, selon les équipes", [("à Cua Van", "contradicted", "hier.txt")]),
        ("a touché terre au sud de la ville, selon les équipes", []),
    ],
)
def test_two_places_of_one_event_that_were_asked_for(
    desk: Desk, newer: str, told: list[tuple[str, str, str]]
):
    desk.reader = FakeReader(r"à Cua Van|à Mui Sen|au sud de la ville", score=9.0)
    desk.write("hier.txt", "Le typhon Kalani a touché terre à Cua Van dans la nuit.", date="2025-09-17")
    desk.write("jeudi.txt", f"Le typhon Kalani {newer}.", date="2025-09-18")
    desk.run()
    reply = desk.open().ask("Où le typhon Kalani a-t-il touché terre ?")
    assert history(reply) == told


def test_places_weeks_apart_are_two_events(desk: Desk):
    desk.reader = FakeReader(r"à Pékin|à Moscou", score=9.0)
    desk.write("mars.txt", "Le président Valcourt s'est rendu à Pékin lundi.", date="2025-03-04")
    desk.write("mai.txt", "Le président Valcourt s'est rendu à Moscou lundi.", date="2025-05-06")
    desk.run()
    assert history(desk.open().ask("Où le président Valcourt s'est-il rendu ?")) == []


@pytest.mark.parametrize(
    ("newer", "told"), [("3h40", [("vers 3h15", "contradicted", "matin.txt")]), ("11h00", [])]
)
def test_hours_near_each_other_are_of_one_event(desk: Desk, newer: str, told: list[tuple[str, str, str]]):
    desk.reader = FakeReader(r"vers 3h15|à (?:3h40|11h00)")
    desk.write("matin.txt", "L'explosion de Portvieux s'est produite vers 3h15.", date="2023-10-03T05:40")
    body = f"L'explosion de Portvieux s'est produite à {newer}."
    desk.write("midi.txt", body, date="2023-10-03T11:30")
    desk.run()
    reply = desk.open().ask("À quelle heure l'explosion de Portvieux s'est-elle produite ?")
    assert history(reply) == told


@pytest.mark.parametrize(
    ("pattern", "older", "newer", "question"),
    [
        # The next meeting, another work on the same walls, a place that holds the other, a relative "où".
        ("à 1[89]h", "se réunira à 18h", "se réunira à 19h", "À quelle heure se réunira Valcourt ?"),
        (
            "du IIIe siècle",
            "date du IIIe siècle",
            "fut ceint de murs au Ve siècle",
            "De quel siècle date Valcourt ?",
        ),
        (
            "à Hanoï|au Vietnam",
            "est né à Hanoï",
            "est né au Vietnam, près de Hanoï",
            "Où Valcourt est-il né ?",
        ),
        ("Anne Alba|Bo Lin", "Anne Alba y fut", "Bo Lin y fut", "Qui a vu Valcourt, où naît le riz ?"),
    ],
)
def test_what_only_looks_like_a_later_word_on_the_matter(
    desk: Desk, pattern: str, older: str, newer: str, question: str
):
    desk.reader = FakeReader(pattern, score=9.0)
    desk.write("mars.txt", f"Valcourt {older}, dit-on.", date="2025-03-04")
    desk.write("fin.txt", f"Pour Valcourt {newer}, disent tous les gens du pays.", date="2025-03-08")
    desk.run()
    assert not {how for _, how, _ in history(desk.open().ask(question))} & {"contradicted", "superseded"}


def test_an_hour_that_the_reader_did_not_take_for_the_answer_contradicts_none(desk: Desk):
    desk.reader = FakeReader(r"vers 3h15")
    desk.write("matin.txt", "L'incendie de Portvieux s'est déclaré vers 3h15.", date="2023-10-03T05:40")
    desk.write("midi.txt", "L'incendie de Portvieux s'est éteint à 5h00.", date="2023-10-03T11:30")
    desk.run()
    reply = desk.open().ask("À quelle heure l'incendie de Portvieux s'est-il déclaré ?")
    assert (answer(reply).text, history(reply)) == ("vers 3h15", [])


@pytest.mark.parametrize(
    ("said", "tells"),
    [("2 morts", False), ("12 morts", True), ("900 euros", False), ("742.000 euros", True), ("240", False)],
)
def test_a_small_count_is_anothers_by_chance(said: str, tells: bool):
    hit = make_hit(f"Il y a {said}.")
    assert statement(hit, 7, 7 + len(said)).telling is tells


def test_an_hour_is_no_count_of_people(desk: Desk):
    desk.reader = FakeReader(r"240 personnes")
    desk.write("matin.txt", "L'usine de Portvieux emploie 240 personnes.", date="2023-10-03T05:40")
    desk.write("midi.txt", "L'usine de Portvieux emploie du monde dès 3h15.", date="2023-10-03T11:30")
    desk.run()
    reply = desk.open().ask("Combien de personnes l'usine de Portvieux emploie-t-elle ?")
    assert answer(reply).text == "240 personnes"
    assert history(reply) == []


def test_a_newer_dispatch_that_tells_the_same_day_again_is_cited_first(desk: Desk):
    desk.reader = FakeReader(r"cette année")
    desk.write("mars.txt", "Le tramway Oriel ouvrira cette année selon la ville.", date="2024-03")
    desk.write("juin.txt", "Le tramway Oriel ouvrira le 29 novembre 2024 selon la ville.", date="2024-06")
    # Both days lie in the year; the sentence with the other is more like the first one.
    told = "Le tramway Oriel fut montré lundi selon la ville. Tout commence ici le 29 novembre."
    desk.write("aout.txt", told, date="2024-08-20")
    desk.run()
    reply = desk.open().ask("Quand le tramway Oriel ouvrira-t-il ?")
    assert answer(reply).citation.source == "aout.txt"
    assert history(reply) == [
        ("le 29 novembre 2024", "same", "juin.txt"),
        ("cette année", "refined", "mars.txt"),
    ]


@pytest.mark.parametrize(
    ("older", "told"),
    [
        ("14.000 maisons", [("14.000 maisons", "contradicted", "aout.txt")]),
        ("14.000 logements", [("14.000 logements", "contradicted", "aout.txt")]),
        ("140.000 logements", []),
        ("14.000 arbres", []),
    ],
)
def test_what_is_asked_for_is_counted_under_other_words(
    desk: Desk, older: str, told: list[tuple[str, str, str]]
):
    desk.reader = FakeReader("14.260 habitations")
    desk.write("aout.txt", f"Le séisme a endommagé {older} à Ha Khe.", date="2024-08")
    desk.write("septembre.txt", "Le séisme a endommagé 14.260 habitations à Ha Khe.", date="2024-09")
    desk.run()
    reply = desk.open().ask("Combien de logements le séisme a-t-il endommagés à Ha Khe ?")
    assert answer(reply).text == "14.260 habitations"
    assert history(reply) == told


SOON = MARCH.replace("cette année", "dans les prochaines semaines")


def test_a_day_refines_a_vague_time_which_has_no_value_of_its_own(desk: Desk):
    desk.reader = FakeReader(r"dans les prochaines semaines|les 25 et 26 octobre 2025")
    desk.write("septembre.txt", SOON, date="2025-09-12")
    desk.write("octobre.txt", MAY, date="2025-10-02")
    desk.run()
    reply = desk.open().ask(QUESTION)
    assert answer(reply).text == "les 25 et 26 octobre 2025"
    assert history(reply) == [("dans les prochaines semaines", "refined", "septembre.txt")]
    assert answer(reply).history[0].time is None
    before = answer(desk.open().ask(QUESTION, as_of=P("2025-09")))
    assert (before.text, before.time) == ("dans les prochaines semaines", None)


def test_a_day_that_comes_late_does_not_contradict_a_vague_time(desk: Desk):
    desk.reader = FakeReader(r"dans les prochaines semaines|les 25 et 26 octobre 2025")
    desk.write("janvier.txt", SOON, date="2025-01-12")
    desk.write("mai.txt", MAY, date="2025-05-02")
    desk.run()
    reply = desk.open().ask(QUESTION)
    assert "contradicted" not in [relation for _, relation, _ in history(reply)]
