"""Questions written by hand: where they lie, and what they are about."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from qa.training.written import (
    HELD_OUT,
    QUESTIONS,
    UNREAD,
    Source,
    load_written,
    paragraph_key,
    sources,
    spaced,
)

KNOWN = {"orangesum-1": Source("Sommet", "Il a plu. Le sommet se tient à Hanoï en mai.")}
FIELDS = 5


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "some.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_line_is_a_question_with_its_paragraph_and_where_the_answer_lies(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "orangesum-1\t10-44\tvi\tHội nghị họp ở đâu?\t21-26",
        "orangesum-1\t0-9\tfr\tOù a-t-il plu ?\t-",
    )
    answered, unsaid = load_written(path, KNOWN)
    assert (answered.lang, answered.title, answered.question) == ("vi", "Sommet", "Hội nghị họp ở đâu?")
    ((start, end),) = answered.answers
    assert answered.context == "Le sommet se tient à Hanoï en mai."
    assert answered.context[start:end] == "Hanoï"
    assert (unsaid.context, unsaid.answers) == ("Il a plu.", ())


def test_a_line_of_other_fields_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="some:0: 4 fields instead of 5"):
        load_written(_file(tmp_path, "orangesum-1\t0-9\tfr\tOù ?"), KNOWN)


@pytest.mark.parametrize("line", ["orangesum-1\t10-99\tfr\tOù ?\t-", "orangesum-1\t0-9\tfr\tOù ?\t4-12"])
def test_characters_that_a_text_does_not_have_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"some:0: characters \d+-\d+ of a text of \d+"):
        load_written(_file(tmp_path, line), KNOWN)


def test_sources_are_press_articles_and_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "reader").mkdir()
    article = {"id": "orangesum-7", "title": "T", "text": "Il pleut.Il vente.", "date": "2019-01-01"}
    example = {"id": "a", "lang": "fr", "title": "Pluie", "context": "Eau.", "question": "?", "answers": []}
    for path, row in (("corpus/press_sample", article), ("reader/train.fr", example)):
        with gzip.open(tmp_path / f"{path}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
    known = sources(tmp_path)
    assert known["orangesum-7"] == Source("T", "Il pleut. Il vente.")
    assert known[paragraph_key("Eau.")] == Source("Pluie", "Eau.")


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("rapporte franceinfo.Ils s'appuient", "rapporte franceinfo. Ils s'appuient"),
        ('"C\'est fini."Le ministre', '"C\'est fini." Le ministre'),
        ("le R.P.R. et l'U.D.F.", "le R.P.R. et l'U.D.F."),
        ("2,5 points.  En mai", "2,5 points. En mai"),
    ],
)
def test_sentences_that_were_glued_come_apart(text: str, apart: str) -> None:
    assert spaced(text) == apart


def test_no_article_is_both_trained_on_and_held_out() -> None:
    lines = {p.name: p.read_text(encoding="utf-8").splitlines() for p in QUESTIONS.glob("*.tsv")}
    assert all(len(line.split("\t")) == FIELDS for some in lines.values() for line in some)
    about = {name: {line.split("\t")[0] for line in some} for name, some in lines.items()}
    trained = set().union(*(of for name, of in about.items() if name not in (HELD_OUT, UNREAD)))
    assert about[HELD_OUT] and about[UNREAD] and trained
    assert not about[HELD_OUT] & trained
    assert not about[UNREAD] & (trained | about[HELD_OUT])
