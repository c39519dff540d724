"""The loop on a tiny model: it learns, resumes where it stopped, and the fit finds what it should."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from qa.confidence import Evidence
from qa.language import LanguageProbe
from qa.training.calibrate import Trial, fit
from qa.training.fast_encoder import PooledDropout, make_fast
from qa.training.mix import Feature
from qa.training.model import SpanReader, span_loss
from qa.training.optimise import optimizer_for
from qa.training.train import Recipe, collate, plan_batches, train
from qa.types import Hit, Span
from qa.windows import Window
from tests.qa.hand import make_hit

MARK = 7


def tiny_model() -> SpanReader:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=20, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=32, pad_token_id=1,
    )  # fmt: skip
    return SpanReader(BertModel(config, add_pooling_layer=False))


def features(n: int) -> list[Feature]:
    """The answer is the one token MARK; where there is none, the null token."""
    rng = random.Random(0)
    made = []
    for i in range(n):
        ids = [0, 5, 2, 2, *(rng.randint(8, 19) for _ in range(rng.randint(4, 9))), 2]
        at = rng.randint(4, len(ids) - 2) if i % 4 else 0
        if at:
            ids[at] = MARK
        offsets = np.zeros((len(ids) - 5, 2), np.int32)
        made.append(Feature(Window(np.array(ids, np.int32), 4, offsets), at, at))
    return made


def test_every_feature_is_in_the_plan_once():
    plan = plan_batches(features(103), batch=8, seed=1)
    assert sorted(i for batch in plan for i in batch) == list(range(103))
    assert plan == plan_batches(features(103), batch=8, seed=1)


def test_only_passage_and_null_tokens_may_be_answers():
    ids, mask, allowed, starts, _ = collate(features(3))
    assert allowed[:, 0].all()
    assert not allowed[:, 1:4].any()
    assert not allowed[ids == 1].any()
    assert (mask == (ids != 1)).all()
    assert starts.tolist()[0] == 0


def test_forbidden_tokens_do_not_enter_the_loss():
    logits = torch.zeros(1, 4, 2)
    logits[0, 1] = 50.0
    allowed = torch.tensor([[True, False, True, False]])
    loss = span_loss(logits, allowed, torch.tensor([2]), torch.tensor([2]))
    assert loss.item() == pytest.approx(np.log(2), abs=1e-4)


def test_the_fast_encoder_computes_what_the_plain_one_does():
    plain, fast = tiny_model().train(False), tiny_model().train(False)
    make_fast(fast.encoder, dropout=0.1)
    ids, mask, *_ = collate(features(9))
    with torch.no_grad():
        kept = mask.bool().unsqueeze(-1)
        torch.testing.assert_close(fast(ids, mask) * kept, plain(ids, mask) * kept, atol=1e-5, rtol=1e-4)


def test_pooled_dropout_drops_its_share_and_keeps_the_mean():
    torch.manual_seed(0)
    dropped = PooledDropout(0.25)
    x = torch.ones(200, 300)
    one, two = dropped(x), dropped(x)
    assert (one == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)
    assert one.mean().item() == pytest.approx(1.0, abs=0.01)
    assert not torch.equal(one, two)
    assert torch.equal(dropped.train(False)(x), x)


def test_the_rate_rises_then_falls_to_its_final_share():
    optimizer, schedule = optimizer_for(tiny_model(), 1.0, 100, warmup=0.1, final_rate=0.5)
    rates = []
    for _ in range(100):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert rates[0] < rates[9] == max(rates) == 1.0
    assert rates[99] == pytest.approx(0.5, abs=0.01)


class Killed(Exception):
    """What stops a run in the middle."""


def kill(_line: str) -> None:
    raise Killed


def test_it_learns_and_a_killed_run_resumes_to_the_same_weights(tmp_path):
    data, recipe = features(960), Recipe(batch=16, learning_rate=3e-3, checkpoint_every=20)
    whole, resumed = tiny_model(), tiny_model()
    train(whole, data, recipe, tmp_path / "whole.pt", lambda _line: None)
    with pytest.raises(Killed):  # at the first line of the log, step 50
        train(tiny_model(), data, recipe, tmp_path / "killed.pt", kill)
    assert torch.load(tmp_path / "killed.pt", weights_only=True)["step"] == 40
    train(resumed, data, recipe, tmp_path / "killed.pt", lambda _line: None)
    for one, two in zip(whole.parameters(), resumed.parameters(), strict=True):
        torch.testing.assert_close(one, two)
    whole.train(False)
    ids, mask, allowed, starts, _ = collate(data[:64])
    with torch.no_grad():
        logits = whole(ids, mask)[..., 0].masked_fill(~allowed, -1e4)
    assert (logits.argmax(dim=1) == starts).float().mean().item() > 0.9


def trial(right_margin: float | None, wrong_margin: float, article: str, lang: str = "fr") -> Trial:
    candidates = []
    for name, margin in (("right", right_margin), ("wrong", wrong_margin)):
        if margin is not None:
            hit = make_hit(f"{name} réponse", name)
            candidates.append(
                (hit, Span(name, 0, len(name), margin, 0.0), Evidence(margin, 0.8, 0.8, 0.5, 0.0))
            )
    right = tuple(h.passage.id == "right" for h, _, _ in candidates)
    return Trial(article, candidates, right, right_margin is not None, lang)


def test_the_fit_trusts_the_evidence_that_tells_right_from_wrong():
    rng = random.Random(5)
    trials = []
    for n in range(150):
        trials.append(trial(rng.gauss(4, 1), rng.gauss(-2, 1), f"article {n % 12}"))
        trials.append(trial(None, rng.gauss(-2, 1), f"article {n % 12}"))
    found = fit(trials).calibration
    assert found.weights.margin > 0
    assert found.belief.probability(Evidence(5, 0.8, 0.8, 0.5, 0), 4.0) > 0.9
    assert found.belief.probability(Evidence(-3, 0.8, 0.8, 0.5, 0), 1.0) < 0.2
    assert found.absence.probability(Evidence(5, 0.8, 0.8, 0.5, 0), 4.0) < 0.1
    assert found.absence.probability(Evidence(-3, 0.8, 0.8, 0.5, 0), 1.0) > 0.8
    assert 0.02 <= found.threshold <= 0.98


def test_finding_nothing_that_fits_and_finding_no_name_say_each_their_own():
    rng = random.Random(7)
    trials = [trial(rng.gauss(4, 1), rng.gauss(-2, 1), f"article {n % 12}") for n in range(40)]
    trials += [trial(None, rng.gauss(-2, 1), f"article {n % 12}") for n in range(40)]
    # Nothing fits: three of eight have an answer after all. No name: one of eight, and it counts for more.
    trials += [Trial("article 0", [], (), n < 3) for n in range(8)]
    trials += [Trial("article 0", [], (), n < 1, weight=2.0 if n < 1 else 1.0, named=False) for n in range(8)]
    found = fit(trials).calibration
    assert found.nothing_fits == pytest.approx((5 + 1) / (8 + 2))
    assert found.nothing_named == pytest.approx((7 + 1) / (9 + 2), abs=1e-4)


def test_questions_in_other_languages_get_weights_of_their_own():
    rng = random.Random(6)
    trials = []
    for n in range(120):
        for lang, right in (("fr", 6.0), ("en", 0.0)):
            trials.append(trial(rng.gauss(right, 1), rng.gauss(right - 6, 1), f"article {n % 12}", lang))
            trials.append(trial(None, rng.gauss(right - 6, 1), f"article {n % 12}", lang))
    probe = LanguageProbe(np.array([99.0, -99.0, 0.0], np.float32))
    found = fit(trials, probe).calibration
    french, english = (found.for_question(np.array([v], np.float32)) for v in ((0, 1), (1, 0)))
    evidence = Evidence(0.5, 0.8, 0.8, 0.5, 0)
    assert french.belief.probability(evidence, 2.0) < 0.3
    assert english.belief.probability(evidence, 2.0) > 0.7


class Knows:
    """A verifier that tells right answers from others, nearly always."""

    def __init__(self, *right: str) -> None:
        self.right = right
        self.rng = random.Random(8)

    def upheld(self, question: str, hit: Hit, span: Span) -> float:
        right = hit.passage.text[span.start : span.end] in self.right
        return (2.0 if right else -2.0) + self.rng.gauss(0, 0.5)


def test_what_the_verifier_says_is_believed():
    rng = random.Random(5)
    # By its margin the wrong one is as good as the right one, and nothing tells whether either answers.
    trials = []
    for n in range(100):
        trials.append(trial(rng.gauss(1, 1), rng.gauss(1, 1), f"article {n % 12}"))
        trials.append(trial(None, rng.gauss(1, 1), f"article {n % 12}"))
    without, found = (fit(trials, None, v) for v in (None, Knows("right")))
    assert not without.calibration.counts_on_verifier
    belief = found.calibration.belief
    assert belief.probability(Evidence(1, 0.8, 0.8, 0.5, 0, 2.0), 1.0) > 0.9
    assert belief.probability(Evidence(1, 0.8, 0.8, 0.5, 0, -2.0), 1.0) < 0.1
    assert found.calibration.absence.evidence.upheld < 0
