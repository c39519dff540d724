"""Questions about French text that nobody had asked: parsed, asked, varied, and sifted by a reader.

Press articles and the paragraphs of ``train.fr`` have many sentences that no question is about. A reader
that knows its training questions by heart learns from these: most of those kept are ones that it did not
answer to the letter. A thesaurus (Debian's ``mythes-fr``) puts other words in, so that a question does not
merely repeat its sentence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc
from tokenizers import Tokenizer

from embeddings.building.texts import read_rows
from qa.reader import SpanModel
from qa.training.asking import questions
from qa.training.data import Example, load_examples, other_paragraph
from qa.training.sentences import around
from qa.windows import Window, assemble, room_for_context, tokenize

THESAURUS = Path("/usr/share/mythes/thes_fr.dat")
_SENTENCE = range(30, 400)  # characters
_A_SENTENCE = 2
# The commonest kinds are asked for less often.
_SHARE = {"subject": 0.5, "object": 0.7, "prep": 0.4}
_OTHER_WORD, _OTHER_WORDS, _LOST, _LOWER, _UNMARKED = 0.3, 2, 0.3, 0.1, 0.1
_SYNONYM = re.compile(r"[a-zà-ÿ-]{3,}")
_MAX_TOKENS, _LONGEST = 256, 40
_KNOWN, _NEGATIVES = 0.15, 1 / 6
_FAR, _UNLIKELY = -6.0, -9.0

Thesaurus = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader makes of an example: whether its best span is the answer to the letter, how far behind
    the best the best one that touches the answer is (logits), and the log probability of the answer.
    """

    exact: bool
    behind: float
    likelihood: float

    @property
    def sensible(self) -> bool:
        """Whether the question can be made sense of; a parser's mishaps cannot."""
        return self.behind > _FAR and self.likelihood > _UNLIKELY


def load_thesaurus(path: Path = THESAURUS) -> dict[str, list[str]]:
    """Single words to the first of their synonyms, in MyThes' format. Raises OSError."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    known: dict[str, list[str]] = {}
    at = 0
    while at < len(lines) and "|" in lines[at]:
        word, meanings = lines[at].rsplit("|", 1)
        listed = [w for line in lines[at + 1 : at + 1 + int(meanings)] for w in line.split("|")[1:4]]
        if len(word) > 4 and (synonyms := [w for w in listed if _SYNONYM.fullmatch(w)]):
            known[word] = synonyms
        at += 1 + int(meanings)
    return known


def ask_all(data: Path, parser: Any, thesaurus: Thesaurus, rng: random.Random) -> Iterator[Example]:  # noqa: ANN401
    """Questions about the press sample and about the paragraphs of ``train.fr``; ``parser``: spaCy's."""
    press = {
        f"press:{r['id']}": (r["title"], r["text"]) for r in read_rows(data / "corpus/press_sample.jsonl.gz")
    }
    paragraphs = {e.context: e for e in load_examples(data / "reader/train.fr.jsonl.gz")}
    wiki = {f"wiki:{e.id}": (e.title, context) for context, e in paragraphs.items()}
    texts = [(text, (name, title)) for name, (title, text) in sorted({**press, **wiki}.items())]
    for parsed, (name, title) in parser.pipe(texts, as_tuples=True, batch_size=16):
        yield from _about(parsed, name, title, thesaurus, rng)


def sift(
    examples: Sequence[Example], tokenizer: Tokenizer, model: SpanModel, rng: random.Random
) -> Iterator[Example]:
    """Those that make sense, few of those that the reader answers to the letter."""
    for example in examples:
        read = read_answer(example, tokenizer, model)
        if read is not None and (rng.random() < _KNOWN if read.exact else read.sensible):
            yield example


def with_negatives(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    """The examples, and a sixth as many questions beside another passage of their article."""
    made = other_paragraph(examples, rng)
    return [*examples, *rng.sample(made, min(len(made), int(len(examples) * _NEGATIVES)))]


def read_answer(example: Example, tokenizer: Tokenizer, model: SpanModel) -> Read | None:
    """How a reader takes the first answer of an example; None when no window holds all of it."""
    question, context = tokenize(tokenizer, [example.question, example.context])
    start, end = example.answers[0]
    touched = [i for i, (a, b) in enumerate(context.offsets) if a < end and b > start]
    room = room_for_context(question, _MAX_TOKENS)
    if not touched or touched[-1] - touched[0] >= min(room, _LONGEST):
        return None
    at = max(0, min(touched[0] - room // 3, len(context.ids) - room))
    window = assemble(question, context, at, at + room)
    return _read(window, touched[0] - at, touched[-1] - at, model)


def _read(window: Window, first: int, last: int, model: SpanModel) -> Read:
    ((start, end),) = model.logits([window])
    inside = slice(window.context_at, window.context_at + len(window.offsets))
    scores = start[inside, None] + end[None, inside]
    length = np.arange(len(scores))[None, :] - np.arange(len(scores))[:, None]
    scores = np.where((length >= 0) & (length < _LONGEST), scores, -np.inf)
    best = float(scores.max())
    total = best + float(np.log(np.exp(scores - best).sum()))
    touching = float(scores[: last + 1, first:].max())
    place = divmod(int(scores.argmax()), len(scores))
    return Read(place == (first, last), touching - best, float(scores[first, last]) - total)


def _about(parsed: Doc, name: str, title: str, thesaurus: Thesaurus, rng: random.Random) -> Iterator[Example]:
    for sentence in parsed.sents:
        if len(sentence.text) not in _SENTENCE:
            continue
        kinds: set[str] = set()
        for asked in questions(sentence, rng):
            if (
                len(kinds) < _A_SENTENCE
                and asked.kind not in kinds
                and rng.random() < _SHARE.get(asked.kind, 1)
            ):
                kinds.add(asked.kind)
                question = vary(asked.question, thesaurus, rng)
                context, answer = parsed.text, (asked.start, asked.end)
                if name.startswith("press:"):
                    context, answer = around(context, *answer, rng)
                number = f"parsed:{name}:{asked.start}"
                yield Example(number, "fr", title, context, question, (answer,))


def vary(question: str, thesaurus: Thesaurus, rng: random.Random) -> str:
    """The question with a word or two put otherwise, one lost, a capital or the mark left out, at random."""
    first, *words = question.split(" ")
    changed = 0
    for i, word in enumerate(words):
        if changed < _OTHER_WORDS and word in thesaurus and rng.random() < _OTHER_WORD:
            words[i], changed = rng.choice(thesaurus[word]), changed + 1
    if len(words) > 7 and rng.random() < _LOST:
        lost = rng.randrange(2, len(words) - 2)
        if words[lost][:1].islower():
            del words[lost]
    said = " ".join([first, *words])
    said = said[0].lower() + said[1:] if rng.random() < _LOWER else said
    return said.rstrip(" ?") if rng.random() < _UNMARKED else said


def make(
    data: Path, tokenizer: Tokenizer, model: SpanModel, seed: int, log: Callable[[str], None]
) -> list[Example]:
    """The examples of a run. Raises OSError without the thesaurus or the parser's model."""
    import spacy

    rng = random.Random(seed)
    asked = list(ask_all(data, spacy.load("fr_core_news_md"), load_thesaurus(), rng))
    log(f"{len(asked)} questions")
    kept = list(sift(asked, tokenizer, model, rng))
    log(f"{len(kept)} kept")
    return with_negatives([replace(e, id=f"{e.id}-{i}") for i, e in enumerate(kept)], rng)
