"""French text to search terms: both sides of a search must come out alike."""

from __future__ import annotations

import random

import pytest

from qa.lexical import fold, question_terms, stem, terms, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉTÉ à Noël", "ete a noel"),
        ("Œuvre, cœur, ex æquo", "oeuvre, coeur, ex aequo"),
        ("e\u0301te\u0301", "ete"),
        ("l’ONU l‘ONU lʼONU l`ONU", "l'onu l'onu l'onu l'onu"),
        ("Đà Nẵng, HÀ NỘI", "da nang, ha noi"),
        ("1\xa0000\u202f000\u2009€", "1 000 000 €"),
        ("Straße, ﬁn, m²", "strasse, fin, m2"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’été d'Hanoï", "ete hanoi"),
        ("jusqu’à Vienne, lorsqu'il, puisqu'on, quelqu’un", "a vienne il on un"),
        ("qu’elle s’est n'a m’y t'en c’est j'ai", "elle est a y en est ai"),
        ("aujourd’hui", "aujourd hui"),
        ("presqu’île", "ile"),
        ("O.N.U., l’O.N.U, U.E. et U.S.A", "onu onu ue et usa"),
        ("J.B. Dupont", "jb dupont"),
        ("1 000 délégués, 1\xa0234\u202f567 €", "1000 delegues 1234567"),
        ("en 2024 250 personnes", "en 2024 250 personnes"),
        ("1 000 2025", "1000 2025"),
        ("1 23 4567", "1 23 4567"),
        ("12,5 %", "12 5"),
        ("vice-ministre", "vice ministre"),
        ("«\xa0Oui\xa0»", "oui"),
        ("?! …", ""),
        ("", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("la cérémonie", "les CEREMONIES"),
        ("signature", "signatures"),
        ("négociation", "négociations"),
        ("l’ONU", "O.N.U."),
        ("Convention de Hanoï", "convention d’Hanoi"),
        ("1 000", "1\u202f000"),
        ("œuvre", "oeuvres"),
        ("coopérer", "coopère"),
    ],
)
def test_the_same_said_otherwise_has_the_same_terms(one: str, other: str) -> None:
    assert terms(one) == terms(other) != ""


@pytest.mark.parametrize("word", ["onu", "2025", "1000000", "covid19s", "34es", "日本語の", "a"])
def test_short_words_numbers_and_other_scripts_keep_their_form(word: str) -> None:
    assert stem(word) == word


def test_stop_words_are_not_indexed_and_negations_are() -> None:
    assert terms("Qui est-ce que le ministre a vu dans la ville ?") == "ministr vu vill"
    assert terms("Il n’est pas venu, ni hier, jamais") == "pas venu ni hi jam"


def test_a_question_asks_for_any_term_once() -> None:
    assert question_terms("Quand la Convention, les conventions de Hanoï ?") == ["convent", "hanoi"]


def test_a_question_of_stop_words_alone_still_asks_for_them() -> None:
    assert question_terms("Qui est-ce ?") == ["qui", "est", "ce"]


@pytest.mark.parametrize("question", ["", "  ", "?!", "« … »"])
def test_without_words_nothing_is_asked_for(question: str) -> None:
    assert question_terms(question) == []


def matching(text: str, question: str) -> bool:
    """Whether text and question share a term."""
    return not set(terms(text).split()).isdisjoint(question_terms(question))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("La cérémonie de l’ONU", "cérémonies"),
        ("le 日本語 texte", "日本語"),
        ("Les œuvres d’art", "Œuvre"),
        ("AND OR NOT NEAR", "near"),
        ("a_b c", "a_b"),
        ("Produit™", "produit™"),
        ("Le prix : 1 000 €", "1\u202f000"),
    ],
)
def test_what_is_asked_finds_what_is_written(text: str, question: str) -> None:
    assert matching(text, question)
    assert not matching("Autre chose entièrement", question)


def test_searching_for_its_own_words_always_finds_a_text() -> None:
    chance = random.Random(5)
    letters = "abcdeéèàçœ’' -ABCÉ012"
    for _ in range(200):
        text = "".join(chance.choice(letters) for _ in range(chance.randint(5, 30)))
        if terms(text):
            assert matching(text, text)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Lễ ký Công ước Hà Nội diễn ra khi nào?", "hanoi"),
        ("Quand le Viet Nam a-t-il rejoint Interpol ?", "vietnam"),
        ("Đà Nẵng ở đâu?", "danang"),
    ],
)
def test_names_written_in_syllables_are_searched_as_one_word_too(question: str, name: str) -> None:
    assert name in question_terms(question)


def test_an_article_is_no_syllable_of_a_name() -> None:
    assert question_terms("Qui dirige Le Monde ?") == ["dirig", "mond"]
