"""Negatives and windows: what a made negative must not hold, what a cut window must."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from qa.training.data import (
    Example,
    across_languages,
    answer_sentence_removed,
    load_examples,
    other_paragraph,
    shortened,
    swapped_question,
)
from qa.training.mix import Mix, choose_examples, make_features

CONTEXT = (
    "La tour Eiffel mesure 330 mètres et se dresse à Paris depuis longtemps. "
    "Elle fut achevée en 1889 par les ateliers de Gustave Eiffel. "
    "Des millions de personnes la visitent chaque année, de jour comme de nuit, en toute saison."
)
OTHER = "Le pont Alexandre III enjambe la Seine entre deux rives de la capitale, non loin des Invalides."


def example(
    question: str, answer: str, context: str = CONTEXT, title: str = "Paris", name: str = "e"
) -> Example:
    at = context.index(answer)
    return Example("e", "fr", "Paris", context, question, ((at, at + len(answer)),))


YEAR = example("Quand la tour fut-elle achevée en 1889 ?", "1889")
BRIDGE = example("Que franchit le pont ?", "la Seine", OTHER)


def test_another_paragraph_of_the_article_never_holds_the_answer():
    made = other_paragraph([YEAR, BRIDGE], random.Random(0))
    assert [(m.context, m.answers) for m in made] == [(OTHER, ()), (CONTEXT, ())]
    holds = example("?", "1889", "Un autre texte qui dit 1889 lui aussi.")
    assert [m.question for m in other_paragraph([YEAR, holds], random.Random(0))] == []


def test_the_answer_sentence_goes_and_the_rest_stays():
    (made,) = answer_sentence_removed([YEAR])
    assert "1889" not in made.context
    assert made.context.startswith("La tour Eiffel")
    assert made.context.endswith("saison.")
    assert made.answers == ()


def test_a_paragraph_of_one_sentence_gives_no_negative():
    assert answer_sentence_removed([BRIDGE]) == []


def test_a_swapped_question_asks_about_what_the_paragraph_does_not_say():
    made = swapped_question([YEAR, BRIDGE], random.Random(1))
    assert len(made) == 1
    assert made[0].context == CONTEXT
    assert made[0].question != YEAR.question
    year = made[0].question.split()[-2]
    assert year.isdigit()
    assert year not in CONTEXT


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    for word in f"{CONTEXT} {OTHER} {YEAR.question}".split():
        vocabulary.setdefault(word, len(vocabulary))
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


@pytest.mark.parametrize("seed", range(8))
def test_a_window_holds_its_answer_at_the_token_it_names(tokenizer, seed):
    mix = Mix(short_tokens=24, long_tokens=40, long_share=0.5, window_negatives=0.0)
    features = make_features([YEAR, YEAR], tokenizer, mix, seed)
    for feature, most in zip(features, (24, 40), strict=True):
        assert len(feature.window.ids) <= most
        assert tokenizer.decode(feature.window.ids[feature.start : feature.end + 1].tolist()) == "1889"


def test_negatives_point_at_the_null_token(tokenizer):
    negative = Example("n", "fr", "Paris", OTHER, "Qui ?", ())
    mix = Mix(short_tokens=24, window_negatives=1.0)
    beside, none = make_features([YEAR, negative], tokenizer, mix, 0)
    assert (none.start, none.end) == (0, 0)
    assert (beside.start, beside.end) == (0, 0)
    assert "1889" not in tokenizer.decode(beside.window.ids[beside.window.context_at :].tolist())


def test_the_plan_is_fixed_by_its_seed(tmp_path):
    rows = [
        {"id": f"{i}", "lang": "fr", "title": f"t{i % 3}", "context": CONTEXT, "question": f"q{i} en 1889 ?",
         "answers": [{"text": "1889", "start": CONTEXT.index("1889")}]}
        for i in range(12)
    ]  # fmt: skip
    for name in ("train.fr", "train.en", "train.xx"):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    assert load_examples(tmp_path / "train.fr.jsonl.gz")[0].answers == YEAR.answers
    first, again, other = (choose_examples(tmp_path, Mix(), seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert {e.answers == () for e in first} == {True, False}


def test_an_answer_longer_than_the_window_is_not_in_it(tokenizer):
    whole = example("Quand la tour fut-elle achevée en 1889 ?", CONTEXT)
    features = make_features([whole] * 20, tokenizer, Mix(short_tokens=24, long_share=0.0), seed=1)
    assert {(f.start, f.end) for f in features} == {(0, 0)}


def version(lang: str, question: str, name: str) -> Example:
    return Example(f"{name}:q1", lang, "t", f"texte {lang}", question, ((0, 5),))


def test_a_question_is_asked_in_another_language_about_the_same_text():
    versions = [version("en", "When?", "squad"), version("vi", "Khi nào?", "xquad")]
    alone = Example("piaf:p9", "fr", "t", "texte", "Quand ?", ((0, 5),))
    made = across_languages([*versions, alone], 1.0, random.Random(0))
    assert [(m.context, m.question) for m in made] == [
        ("texte en", "Khi nào?"),
        ("texte vi", "When?"),
        ("texte", "Quand ?"),
    ]
    assert across_languages(versions, 0.0, random.Random(0)) == versions


def test_a_translation_is_a_version_of_what_it_was_made_from():
    spanish, rough = version("es", "¿Cuándo?", "squad-es"), version("fr", "Quand?", "squad-es")
    rough = replace(rough, id="squad-es:q1#fr")
    made = across_languages([spanish, rough], 1.0, random.Random(0))
    assert [m.question for m in made] == ["Quand?", "¿Cuándo?"]


def test_a_shortened_context_keeps_whole_sentences_and_the_answer_among_them():
    seen = set()
    for seed in range(20):
        (made,) = shortened([YEAR], 1.0, random.Random(seed))
        ((start, end),) = made.answers
        assert made.context[start:end] == "1889"
        assert made.context in CONTEXT
        assert made.context.endswith(".")
        seen.add(made.context.count("."))
    assert seen == {1, 2, 3}
    assert shortened([YEAR], 0.0, random.Random(0)) == [YEAR]


def test_a_shortened_negative_stays_one():
    (made,) = shortened([replace(YEAR, answers=())], 1.0, random.Random(3))
    assert made.answers == ()
    assert made.context
    assert made.context in CONTEXT
