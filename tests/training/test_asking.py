"""Questions out of parsed sentences: what they say, and that the answer stands where they say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from qa.training import clauses as clauses_module
from qa.training.asking import Asked, questions
from qa.training.clauses import phrase


@pytest.fixture(scope="module")
def parser() -> Language:
    return spacy.load("fr_core_news_md")


@pytest.fixture(autouse=True)
def nothing_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left out of a question."""
    monkeypatch.setattr(clauses_module, "_WITHOUT_ASIDE", 0.0)
    monkeypatch.setattr(clauses_module, "_WITHOUT_ADJUNCT", 0.0)


def asked(parser: Language, text: str, runs: int = 40) -> dict[str, set[tuple[str, str]]]:
    """By kind the questions of the first sentence and their answers, of so many runs of chance."""
    sentence = next(parser(text).sents)
    found: dict[str, set[tuple[str, str]]] = {}
    for seed in range(runs):
        for one in questions(sentence, random.Random(seed)):
            found.setdefault(one.kind, set()).add((one.question, text[one.start : one.end]))
    return found


SIGNED = "La directrice du musée a signé la convention de Hanoï."
OPENED = "En 2024, la ville de Lyon a ouvert 120 écoles pour accueillir les enfants."


def test_who_did_it_and_what_was_done(parser: Language) -> None:
    found = asked(parser, SIGNED)
    assert {a for _, a in found["subject"]} == {"La directrice du musée"}
    assert ("Qui a signé la convention de Hanoï ?", "La directrice du musée") in found["subject"]
    assert ("Qu'est-ce que la directrice du musée a signé ?", "la convention de Hanoï") in found["object"]
    assert ("Qu'a signé la directrice du musée ?", "la convention de Hanoï") in found["object"]


def test_when_and_how_many(parser: Language) -> None:
    found = asked(parser, OPENED)
    assert {a for _, a in found["time"]} == {"En 2024", "2024"}
    assert any(q.startswith("En quelle année la ville de Lyon a-t-elle ouvert") for q, _ in found["time"])
    assert ("Combien d'écoles", {"120", "120 écoles"}) == (
        next(q for q, _ in found["count"])[:16], {a for _, a in found["count"]}
    )  # fmt: skip


def test_who_somebody_is_both_ways(parser: Language) -> None:
    text = "Emma Martin, directrice du musée de Lyon, a présenté le projet."
    found = asked(parser, text)["office"]
    assert ("Qui est la directrice du musée de Lyon ?", "Emma Martin") in found
    assert ("Quelle est la fonction de Emma Martin ?", "directrice du musée de Lyon") in found


def test_how_old(parser: Language) -> None:
    text = "Nikki Gutridge, 47 ans, a été interpellée à Londres."
    assert asked(parser, text)["age"] == {("Quel âge a Nikki Gutridge ?", "47 ans")}


@pytest.mark.parametrize("text", ["", "Il pleut.", "« Nous avons gagné », a-t-il dit.", "À Lyon, mardi."])
def test_what_has_no_subject_of_its_own_is_not_asked_about(parser: Language, text: str) -> None:
    assert not [a for s in parser(text).sents for a in questions(s, random.Random(0))]


def test_every_answer_stands_in_its_sentence_and_not_in_its_question(parser: Language) -> None:
    root = Path(__file__).resolve().parents[2]
    seen: list[tuple[str, Asked]] = []
    for path in sorted((root / "tests/temporal/dispatches").glob("*.txt"))[:12]:
        text = path.read_text(encoding="utf-8")
        for sentence in parser(text).sents:
            for one in questions(sentence, random.Random(len(seen))):
                assert sentence.start_char <= one.start < one.end <= sentence.end_char
                seen.append((text, one))
    assert len(seen) > 100
    assert {"subject", "object", "time", "count", "place"} <= {a.kind for _, a in seen}
    for text, one in seen:
        assert one.question.endswith(" ?")
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        assert not one.question.removesuffix(" ?").endswith(text[one.start : one.end])


def test_a_phrase_ends_before_its_asides(parser: Language) -> None:
    parsed = parser("Le musée de Lyon, qui a ouvert hier, expose des tableaux que le roi a achetés.")
    heads = [t for t in parsed if t.text in ("musée", "tableaux")]
    assert [" ".join(t.text for t in phrase(h)) for h in heads] == ["Le musée de Lyon", "des tableaux"]
