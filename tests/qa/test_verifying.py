"""The second look at an answer: what the model is shown, and what its logits mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from embeddings.onnx_embedder import DEFAULT_MODEL, open_tokenizer
from qa.candidates import rank
from qa.confidence import FILE as CALIBRATION
from qa.confidence import Calibration, Evidence, LogOdds
from qa.onnx_reader import open_onnx_verifier
from qa.pipeline import Pipeline
from qa.settings import Settings
from qa.spans import Logits
from qa.types import Answer, Hit, Span
from qa.verifying import SpanVerifier, grounds, verified
from qa.windows import BOS, EOS, Window
from tests.qa.desk import Desk
from tests.qa.hand import make_hit, span_of, word_tokenizer

TEXT = "Il est venu. La réunion a commencé à Hanoï. Elle finira lundi. Tous sont là."
NONE = Evidence(0.0, 0.0, 0.0, 0.0, 0.0)


def test_grounds_stand_under_the_title_but_in_the_header_line() -> None:
    hit = make_hit(TEXT)
    span = span_of(hit, "venu")
    assert grounds(hit, span) == "Titre. Il est venu."
    header = replace(hit, passage=replace(hit.passage, ordinal=0))
    assert grounds(header, span) == "Il est venu."


class Recorded:
    """A span model whose first token's logits are given; the others would mislead."""

    def __init__(self, start: float, end: float) -> None:
        self.first = (start, end)
        self.seen: list[Window] = []

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        self.seen += windows
        return [(self._row(w, self.first[0]), self._row(w, self.first[1])) for w in windows]

    def _row(self, window: Window, first: float) -> Logits:
        return np.array([first, *[50.0] * (len(window.ids) - 1)], np.float32)


@pytest.mark.parametrize(("first", "expected"), [((3.0, 1.0), -2.0), ((-2.0, -4.0), 3.0)])
def test_the_model_sees_question_answer_and_grounds_and_its_null_logits_speak_against(
    first: tuple[float, float], expected: float
) -> None:
    hit = make_hit(TEXT)
    tokenizer = word_tokenizer("Qui ?", "venu", f"Titre. {TEXT}")
    model = Recorded(*first)
    assert SpanVerifier(tokenizer, model).upheld("Qui ?", hit, span_of(hit, "venu")) == expected
    texts = ("Qui ?", "venu", "Titre. Il est venu.")
    asked, answer, text = (tokenizer.encode(t, add_special_tokens=False).ids for t in texts)
    assert [w.ids.tolist() for w in model.seen] == [[BOS, *asked, EOS, *answer, EOS, *text, EOS]]


class Opinion:
    """A verifier of one opinion that keeps what it was asked about."""

    def __init__(self, log_odds: float) -> None:
        self.log_odds = log_odds
        self.asked: list[str] = []

    def upheld(self, question: str, hit: Hit, span: Span) -> float:
        self.asked.append(hit.passage.text[span.start : span.end])
        return self.log_odds


def counting_on(weight: float) -> Calibration:
    """The margin chooses, the verifier alone is believed."""
    belief = LogOdds(replace(NONE, upheld=weight), 0.0, 0.0)
    absence = LogOdds(replace(NONE, upheld=-weight), 0.0, 0.0)
    return Calibration(replace(NONE, margin=1.0, retrieval=0.01), belief, absence, threshold=0.5)


def ask(desk: Desk, verifier: Opinion, weight: float) -> object:
    desk.write("mai.txt", "La convention sera signée à Hanoï le 25 octobre 2025.", date="2025-05")
    desk.run()
    settings = Settings.load(desk.index)
    pipeline = Pipeline(settings, desk.embedder, desk.reader, counting_on(weight), verifier)
    result = pipeline.ask("Quand la convention sera-t-elle signée ?").result
    pipeline.close()
    return result


@pytest.mark.parametrize("log_odds", [2.0, -2.0])
def test_what_the_verifier_does_not_uphold_is_withheld(desk: Desk, log_odds: float) -> None:
    verifier = Opinion(log_odds)
    result = ask(desk, verifier, 1.0)
    assert isinstance(result, Answer) == (log_odds > 0)
    assert result.confidence == pytest.approx(0.8808, abs=1e-4)  # type: ignore[attr-defined]


def test_the_best_place_of_the_first_answer_is_asked_about() -> None:
    hits = [make_hit(f"{said} l'accueille.") for said in ("Hanoï", "Hanoï", "Dakar")]
    candidates = [
        (h, span_of(h, h.passage.text.split()[0]), replace(NONE, margin=3.0 - i)) for i, h in enumerate(hits)
    ]
    groups = rank(candidates, counting_on(1.0))
    verifier = Opinion(1.5)
    first, second = verified("Où ?", groups, verifier)
    assert verifier.asked == ["Hanoï"]
    assert [m.evidence.upheld for m in first.members] == [1.5, 0.0]
    assert (first.lead, second) == (groups[0].lead, groups[1])
    assert verified("Où ?", [], verifier) == []


def test_no_place_is_asked_about_twice() -> None:
    hit = make_hit("Hanoï ou Dakar.")
    hanoi, dakar = ((hit, span_of(hit, w), replace(NONE, margin=1.0)) for w in ("Hanoï", "Dakar"))
    before = verified("Où ?", rank([hanoi], counting_on(1.0)), Opinion(1.5))
    verifier = Opinion(-3.0)
    (same,) = verified("Où ?", rank([hanoi], counting_on(1.0)), verifier, before)
    assert (same.best.evidence.upheld, verifier.asked) == (1.5, [])
    (other,) = verified("Où ?", rank([dakar], counting_on(1.0)), verifier, before)
    assert (other.best.evidence.upheld, verifier.asked) == (-3.0, ["Dakar"])


def test_odds_that_do_not_count_on_the_verifier_spare_its_time(desk: Desk) -> None:
    verifier = Opinion(2.0)
    ask(desk, verifier, 0.0)
    assert verifier.asked == []


@pytest.mark.models
def test_the_shipped_one_tells_an_answer_from_what_stands_beside_it() -> None:
    hit = make_hit(
        "Réunis à Dakar, les ministres ont désigné Awa Ndiaye à la tête de l'agence, lundi 3 mars."
    )
    spans = [span_of(hit, words) for words in ("Awa Ndiaye", "Dakar")]
    verifier = open_onnx_verifier(DEFAULT_MODEL, open_tokenizer(DEFAULT_MODEL))
    who, where = (
        [verifier.upheld(q, hit, span) for span in spans]
        for q in ("Qui dirigera l'agence ?", "Dans quelle ville les ministres se sont-ils réunis ?")
    )
    assert who[0] > who[1] + 1.0
    assert where[1] > where[0] + 1.0
    assert Calibration.load(DEFAULT_MODEL / CALIBRATION).counts_on_verifier
