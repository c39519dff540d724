"""Follow-up questions: what each kind becomes, and that a question which stands alone is left alone."""

from __future__ import annotations

import random

import pytest

from qa.followups import Earlier, FollowUp, followup
from qa.types import Abstention, Answer, Reply
from tests.eval.conftest import make_citation, make_hit

FORUM = Earlier("Où se tient le 5e Forum des phares ?", "à Kerlaz")
RACE = Earlier("Qui a remporté l'Étoile de Kerlaz ?", "Maëlle Kergoat")
BUDGET = Earlier("Quel est le budget du port de Kerlaz en 2024 ?", "12 millions d'euros")
VISITORS = Earlier("Combien de visiteurs l'Écomusée de Kerlaz a-t-il reçus en 2024 ?", "3.000")
TRIAL = Earlier(
    "Quand le procès d'Alain Kerbrat s'ouvrira-t-il à Kerlaz ?", "le 3 mars", "Le tribunal siège."
)
DEBT = Earlier("Combien l'Espagne a-t-elle prêté au Chili ?", "2 milliards")
LINE = Earlier("Quelle est la longueur de la ligne B du tramway de Plouarz ?", "9 km")
PORT = Earlier("Who leads the Kerlaz port authority?", "Alan Roudaut")
TOURISTS = Earlier("How many tourists visited Kerlaz in 2024?", "3.000")
MAYOR = Earlier("Ai là thị trưởng Kerlaz?", "Alan Roudaut")
TURNS = (FORUM, RACE, BUDGET, VISITORS, TRIAL, DEBT, LINE, PORT, TOURISTS, MAYOR)

REWRITTEN = [
    # a question word for another
    (FORUM, "Quand ?", "Quand se tient le 5e Forum des phares ?"),
    (FORUM, "c'est quand", "Quand se tient le 5e Forum des phares ?"),
    (FORUM, "et ou", "Où se tient le 5e Forum des phares ?"),
    (RACE, "En combien de temps ?", "En combien de temps Maëlle Kergoat a remporté l'Étoile de Kerlaz ?"),
    (RACE, "Quel âge ?", "Quel âge a Maëlle Kergoat ?"),
    (BUDGET, "Combien de salariés ?", "Combien de salariés dans le port de Kerlaz en 2024 ?"),
    # a period
    (BUDGET, "Et en 2025 ?", "Quel est le budget du port de Kerlaz en 2025 ?"),
    (BUDGET, "2026 ?", "Quel est le budget du port de Kerlaz en 2026 ?"),
    (RACE, "Et l'an dernier ?", "Qui a remporté l'Étoile de Kerlaz l'an dernier ?"),
    # a name, a place, an ordinal, what is of another
    (DEBT, "Et le Portugal ?", "Combien le Portugal a-t-il prêté au Chili ?"),
    (DEBT, "Et au Pérou ?", "Combien l'Espagne a-t-elle prêté au Pérou ?"),
    (LINE, "Et la A ?", "Quelle est la longueur de la ligne A du tramway de Plouarz ?"),
    (BUDGET, "Et celui de Plouarz ?", "Quel est le budget du port de Plouarz en 2024 ?"),
    (TRIAL, "Et celui de Paul Rioual ?", "Quand le procès de Paul Rioual s'ouvrira-t-il à Kerlaz ?"),
    (FORUM, "Et le 4e ?", "Où se tient le 4e Forum des phares ?"),
    (FORUM, "Son budget ?", "Quel est le budget du 5e Forum des phares ?"),
    # a pronoun
    (RACE, "Où est-elle née ?", "Où Maëlle Kergoat est-elle née ?"),
    (RACE, "Elle a quel âge ?", "Quel âge a Maëlle Kergoat ?"),
    (RACE, "Qui lui a remis le prix ?", "Qui a remis le prix à Maëlle Kergoat ?"),
    (RACE, "Quel est son club ?", "Quel est le club de Maëlle Kergoat ?"),
    (FORUM, "Et qui l'a ouvert ?", "Qui a ouvert le 5e Forum des phares ?"),
    (FORUM, "Qui y participe ?", "Qui participe au 5e Forum des phares ?"),
    (FORUM, "Qui en est le maire ?", "Qui est le maire de Kerlaz ?"),
    (FORUM, "Il dure combien de jours ?", "Combien de jours dure le 5e Forum des phares ?"),
    # nothing of its own
    (TRIAL, "Qui préside le tribunal ?", "Qui préside le tribunal, le procès d'Alain Kerbrat ?"),
    # other languages
    (PORT, "Since when?", "Since when Alan Roudaut leads the Kerlaz port authority?"),
    (PORT, "How old is he?", "How old is Alan Roudaut?"),
    (PORT, "And who founded it?", "Who founded the Kerlaz port authority?"),
    (PORT, "What about Plouarz?", "Who leads the Plouarz port authority?"),
    (TOURISTS, "And in 2023?", "How many tourists visited Kerlaz in 2023?"),
    (MAYOR, "Ông ấy bao nhiêu tuổi?", "Alan Roudaut bao nhiêu tuổi?"),
    (MAYOR, "Còn Plouarz?", "Ai là thị trưởng Plouarz?"),
]

FULL = [
    "Quand a été fondé le port de Plouarz ?",
    "Et qui est le maire de Plouarz ?",
    "Qui a gagné la coupe du monde de football ?",
    "Pourquoi le prix du blé dur a-t-il augmenté en Italie ?",
    "Le Vietnam est-il membre d'Interpol ?",
    "Que fait le maire de Plouarz de son temps libre ?",
    "Combien de morts y a-t-il eu dans l'incendie de Plouarz ?",
    "prix du billet du tramway de Plouarz",
    "Où en est le chantier du pont de Plouarz ?",
    "Et le festival de Plouarz, il a attiré combien de spectateurs ?",
    "Par qui le pont de Plouarz a-t-il été construit ?",
    "Comment le gouvernement veut-il réduire la dette publique ?",
    "Où la France a-t-elle ouvert une ambassade ?",
    "signature convention Hanoï date",
    "siège Interpol adresse",
    "Qui la ministre de la Santé a-t-elle reçu ?",
    "Combien de participants y avait-il à la session de Plouarz ?",
    "Qu'espère Maud Kerjean ?",
    "Qui est le président vietnamien ?",
    "Quel temps fera-t-il demain à Plouarz ?",
    "Pourquoi le ciel est-il bleu ?",
    "hanoi convention signing dates",
    "Maud Kerjean là ai?",
    "Who is the mayor of Plouarz?",
    "When will the Hanoi Convention be signed?",
    "Hội nghị Hà Nội diễn ra khi nào?",
]


@pytest.mark.parametrize(("said", "typed", "rewritten"), REWRITTEN)
def test_a_follow_up_is_completed_from_the_last_turn(said: Earlier, typed: str, rewritten: str):
    found = followup(typed, [said])
    assert found is not None
    assert (found.question, found.rewritten) == (typed, rewritten)


@pytest.mark.parametrize(("said", "typed", "rewritten"), REWRITTEN)
def test_what_was_rewritten_is_not_rewritten_again(said: Earlier, typed: str, rewritten: str):
    assert followup(rewritten, [said, Earlier(rewritten)]) is None


@pytest.mark.parametrize("question", FULL)
def test_a_full_question_is_left_alone_whatever_was_said(question: str):
    assert [followup(question, [said]) for said in TURNS] == [None] * len(TURNS)


def test_what_was_carried_is_named():
    found = followup("Et en 2025 ?", [BUDGET])
    assert found == FollowUp(
        "Et en 2025 ?",
        "Quel est le budget du port de Kerlaz en 2025 ?",
        ("Quel", "est", "le", "budget", "du", "port", "de", "Kerlaz"),
    )


def test_nothing_was_said_and_nothing_is_done():
    assert followup("Et en 2025 ?", []) is None


def test_a_short_question_leans_on_the_dispatch_that_speaks_of_the_same():
    asked = "Pourquoi le chantier ferme ?"
    speaks = Earlier(BUDGET.question, BUDGET.answer, "Le chantier ferme en mai.")
    found = followup(asked, [speaks])
    assert found is not None
    assert found.rewritten == "Pourquoi le chantier ferme, le port de Kerlaz ?"
    assert followup(asked, [Earlier(BUDGET.question, BUDGET.answer, "La criée a rouvert.")]) is None


def test_a_pronoun_follows_the_gender_of_what_it_may_stand_for():
    said = [Earlier("Quand le maire de Kerlaz inaugurera-t-il la digue ?", "en mai")]
    found = followup("Où habite-t-il ?", said)
    assert found is not None
    assert found.rewritten == "Où le maire de Kerlaz habite-t-il ?"


def test_a_person_takes_along_what_was_spoken_of_before():
    said = [Earlier("Qui dirige le port de Kerlaz ?", "Alan Roudaut"), Earlier("Quel âge a Alan Roudaut ?")]
    found = followup("Qui conteste ?", said)
    assert found is not None
    assert found.rewritten == "Qui conteste, Alan Roudaut, le port de Kerlaz ?"


def test_a_turn_is_made_of_a_reply_and_a_withheld_lead_is_no_answer():
    text = "Le maire, Jean Kerjean, a parlé."
    answer = Answer("Jean Kerjean", 0.9, (make_citation("Jean Kerjean", text),))
    hits = (make_hit("Rien.", "000.txt"), make_hit(text))
    answered = Earlier.of(Reply("Qui ?", answer, hits, {}))
    assert (answered.answer, answered.text.strip()) == ("Jean Kerjean", text)
    withheld = Earlier.of(Reply("Qui ?", Abstention("below_threshold", 0.6), hits, {}))
    assert withheld == Earlier("Qui ?", None, f"Rien.\n{text}")


def test_no_question_breaks_it():
    chance = random.Random(6)
    pieces = [w for _, typed, full in REWRITTEN for w in (*typed.split(), *full.split())]
    pieces += ["", "?", "'", "’", "-", "d'", "qu'", "\n", "«", "🙂", "\x00", "((", "celle", "y", "A", "2025"]
    for _ in range(3000):
        asked, before, answer = (" ".join(chance.choices(pieces, k=chance.randint(0, 9))) for _ in range(3))
        found = followup(asked, [Earlier(before, answer), Earlier(answer, before, asked)])
        assert found is None or found.rewritten.strip()
    assert followup("Et " * 5000, TURNS) is None
