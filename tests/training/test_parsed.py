"""Questions nobody had asked: made from the data, put otherwise, sifted by a reader."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy

from qa.spans import Logits
from qa.training.data import Example, titled
from qa.training.parsed import Read, ask_all, load_thesaurus, read_answer, sift, vary, with_negatives
from qa.windows import Window
from tests.qa.hand import logits_over, word_tokenizer

CONTEXT = "Le musée a ouvert mardi à Lyon avec vingt salles."


def example(answer: str = "à Lyon", context: str = CONTEXT, title: str = "Musée") -> Example:
    start = context.index(answer)
    return Example("e", "fr", title, context, "Où a ouvert le musée ?", ((start, start + len(answer)),))


class Fixed:
    """Logits that are highest at the same words of the passage."""

    def __init__(self, start: dict[int, float], end: dict[int, float]) -> None:
        self.start, self.end = start, end

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        return [(logits_over(w, self.start), logits_over(w, self.end)) for w in windows]


TOKENIZER = word_tokenizer(CONTEXT, "Où a ouvert le musée ?")
LYON, DAY = Fixed({5: 5.0}, {6: 5.0}), Fixed({4: 5.0}, {4: 5.0})
# "à Lyon avec", and "à Lyon" not far behind.
MORE = Fixed({5: 5.0}, {6: 4.0, 7: 5.0})


@pytest.mark.parametrize(
    ("model", "exact", "behind"), [(LYON, True, 0.0), (MORE, False, 0.0), (DAY, False, -14.0)]
)
def test_how_a_reader_takes_an_answer(model: Fixed, exact: bool, behind: float) -> None:
    read = read_answer(example(), TOKENIZER, model)
    assert read is not None
    assert (read.exact, read.behind) == (exact, pytest.approx(behind))
    assert read.likelihood <= 0


def test_an_answer_that_is_too_long_is_not_read() -> None:
    context = " ".join(["mot"] * 60)
    assert read_answer(example(context, context), word_tokenizer(context), LYON) is None


def test_few_of_those_known_to_the_letter_and_none_without_sense_are_kept() -> None:
    rng, many = random.Random(0), [example()] * 200
    assert 15 <= len(list(sift(many, TOKENIZER, LYON, rng))) <= 45
    assert len(list(sift(many, TOKENIZER, MORE, rng))) == 200
    assert list(sift(many, TOKENIZER, DAY, rng)) == []
    assert not Read(False, -1.0, -20.0).sensible


def test_a_sixth_as_many_negatives() -> None:
    made = [example("à Lyon", f"{CONTEXT} Numéro {i}.") for i in range(3)]
    made += [example("à Nice", f"Le musée {i} est à Nice.") for i in range(9)]
    found = with_negatives(made, random.Random(0))
    assert found[:12] == made
    assert [e.answers for e in found[12:]] == [(), ()]


THESAURUS = """UTF-8
musée|1
(Nom)|galerie|collection|deux mots
voir|2
(Verbe)|a b
(Verbe)|regarder
étant donné|1
(Loc)|attendu
"""


def test_a_thesaurus_gives_single_words(tmp_path: Path) -> None:
    path = tmp_path / "thes.dat"
    path.write_text(THESAURUS, encoding="utf-8")
    assert load_thesaurus(path) == {"musée": ["galerie", "collection"], "étant donné": ["attendu"]}


def test_a_question_is_put_otherwise() -> None:
    said = {vary("Quand le musée a ouvert ?", {"musée": ["galerie"]}, random.Random(i)) for i in range(60)}
    assert {"Quand le musée a ouvert ?", "Quand le galerie a ouvert ?", "Quand le musée a ouvert"} <= said
    assert "quand le musée a ouvert ?" in said
    long = "Quand le nouveau musée de la ville a ouvert ses portes ?"
    assert {len(vary(long, {}, random.Random(i)).rstrip(" ?").split()) for i in range(60)} == {10, 11}


def test_titles_move_the_answers_along() -> None:
    (one,) = titled([example(title="Les_musées")], 1.0, random.Random(0))
    ((start, end),) = one.answers
    assert one.context == f"Les musées. {CONTEXT}"
    assert one.context[start:end] == "à Lyon"
    assert titled([example(title="")], 1.0, random.Random(0)) == [example(title="")]
    assert titled([example(title="Et après ?")], 1.0, random.Random(0))[0].context == f"Et après ? {CONTEXT}"
    assert titled([example()], 0.0, random.Random(0)) == [example()]


def test_press_and_paragraphs_are_asked_about(tmp_path: Path) -> None:
    text = "Le ministre Jean Durand a signé la convention de Hanoï mardi à Genève. La pluie tombait."
    article = {"id": "7", "date": "2019", "title": "La convention est signée", "summary": "", "text": text}
    row = {"id": "p1", "lang": "fr", "title": "Lyon", "question": "?", "answers": []}
    paragraph = {**row, "context": "En 2024, la ville de Lyon a ouvert 120 écoles dans les quartiers."}
    for name, value in (("corpus/press_sample", article), ("reader/train.fr", paragraph)):
        path = tmp_path / f"{name}.jsonl.gz"
        path.parent.mkdir()
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
    parser = spacy.load("fr_core_news_md")
    made = [e for seed in range(8) for e in ask_all(tmp_path, parser, {}, random.Random(seed))]
    assert {e.title for e in made} == {"La convention est signée", "Lyon"}
    assert {e.id.split(":")[1] for e in made} == {"press", "wiki"}
    for one in made:
        ((start, end),) = one.answers
        assert one.context[start:end].strip()
        assert one.context in (text, paragraph["context"], text.split(". ")[0] + ". ")
