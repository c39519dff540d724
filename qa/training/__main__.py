"""Make the reader: translate, train, assign, parse, claims, verifier, export, measure, calibrate.

Each step reads what the one before wrote::

    python -m qa.training translate --data DIR --made DIR                   (needs Apertium)
    python -m qa.training train     --data DIR --quarry DIR --until 5 --out reader.pt
    python -m qa.training export    --data DIR --checkpoint reader.pt
    python -m qa.training assign    --data DIR --made DIR                   (goes on where it stopped)
    python -m qa.training train     --data DIR --quarry DIR --made DIR --until 8 --out reader.pt
    python -m qa.training export    --data DIR --checkpoint reader.pt
    python -m qa.training parse     --data DIR --made DIR                   (needs spaCy and mythes-fr)
    python -m qa.training train     --data DIR --quarry DIR --made DIR --out reader.pt
    python -m qa.training export    --data DIR --checkpoint reader.pt
    python -m qa.training claims    --data DIR --made DIR
    python -m qa.training verifier  --data DIR --quarry DIR --checkpoint reader.pt --out verifier.pt
    python -m qa.training export    --data DIR --checkpoint verifier.pt --name verifier.onnx
    python -m qa.training measure   --data DIR [--checkpoint reader.pt]     (float32 beside int8)
    python -m qa.training calibrate --data DIR                              (needs Apertium)

(Any ``--checkpoint`` may also be a file that was exported: int8, but all there is where the run's is lost.)

And, before ``calibrate``, the encoder for retrieval, which ``embeddings.building make`` then takes::

    python -m qa.training encoder   --data DIR --quarry DIR --made DIR --out encoder.pt
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.onnx_embedder import DEFAULT_MODEL
from qa.settings import DEFAULT_TOP_K
from qa.training.data import Example, load_examples, other_paragraph
from qa.training.written import QUESTIONS, UNREAD, load_written, sources

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from qa.training.mix import Made, Mix
    from qa.training.model import SpanReader
    from qa.training.stages import Stage

ASSIGNED, TRANSLATED, PARSED, CLAIMS = "assigned.jsonl", "translated.jsonl", "parsed.jsonl", "claims.jsonl"
PRESS = "corpus/press_sample.jsonl.gz"


def main() -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__.splitlines()[0])
    steps = parser.add_subparsers(dest="step", required=True)
    for run in (translate, train, assign, parse, claims, verifier, export, measure, encoder, calibrate):
        step = steps.add_parser(run.__name__)
        step.set_defaults(run=run)
        step.add_argument("--folder", type=Path, default=DEFAULT_MODEL, help="model folder")
        step.add_argument("--data", type=Path, help="folder with reader/")
        step.add_argument("--checkpoint", type=Path)
        step.add_argument("--quarry", type=Path, default=Path(".quarry"))
        step.add_argument("--made", type=Path, default=Path(".made"), help="folder of examples made")
        step.add_argument("--until", type=int, help="last stage of train (all)")
        step.add_argument("--out", type=Path, default=Path("reader.pt"))
        step.add_argument("--name", default="reader.onnx", help="file that export writes")
    args = parser.parse_args()
    args.run(args)


def translate(args: argparse.Namespace) -> None:
    """Write the Spanish sets in rough French."""
    from qa.training.translate import save
    from qa.training.translate import translate as run

    other = load_examples(args.data / "reader/train.xx.jsonl.gz")
    args.made.mkdir(parents=True, exist_ok=True)
    save(run([e for e in other if e.lang == "es"]), args.made / TRANSLATED)


def train(args: argparse.Namespace) -> None:
    """Train from the encoder, stage by stage; run again to resume, or to go on to later stages."""
    import torch

    from embeddings.onnx_embedder import open_tokenizer
    from qa.training.average import average
    from qa.training.export import load_state
    from qa.training.stages import AVERAGED, STAGES

    tokenizer = open_tokenizer(args.folder)
    torch.manual_seed(STAGES[0].recipe.seed)
    model = _span_reader(args)

    def after(stages: Sequence[int]) -> dict[str, torch.Tensor]:
        counts = Counter(stages)
        return average([load_state(args.out.with_suffix(f".{n}.pt")) for n in counts], list(counts.values()))

    for number, stage in enumerate(STAGES[: args.until], start=1):
        if stage.start:
            model.load_state_dict(after(stage.start))
        print(f"stage {number}", flush=True)
        _train_stage(args, stage, model, tokenizer, args.out.with_suffix(f".{number}.pt"))
        torch.save({"model": model.state_dict()}, args.out)
    if args.until is None or args.until >= len(STAGES):
        torch.save({"model": after(AVERAGED)}, args.out)


def _span_reader(args: argparse.Namespace) -> SpanReader:
    """The encoder of the quarry, its vocabulary cut to the folder's, and a layer for spans."""
    from embeddings.building.quarry import open_quarry
    from embeddings.building.torch_model import build_bert
    from embeddings.building.vocabulary import kept_rows
    from qa.training.model import SpanReader

    quarry = open_quarry(args.quarry)
    tokenizer_json = (args.folder / "tokenizer.json").read_text(encoding="utf-8")
    return SpanReader(build_bert(quarry, kept_rows(quarry.tokenizer_json, tokenizer_json)))


def _train_stage(
    args: argparse.Namespace, stage: Stage, model: SpanReader, tokenizer: Tokenizer, checkpoint: Path
) -> None:
    from embeddings.onnx_embedder import OnnxEmbedder
    from qa.training import together
    from qa.training.claims import claim_features, load
    from qa.training.mix import choose_examples, make_features
    from qa.training.train import train as run

    def log(line: str) -> None:
        print(line, flush=True)

    mix, recipe = stage.mix, stage.recipe
    made = _made(args, mix, recipe.seed)
    if stage.together is None:
        examples = choose_examples(args.data / "reader", mix, recipe.seed, made)
        run(model, make_features(examples, tokenizer, mix, recipe.seed), recipe, checkpoint, log)
        return
    settings, embedder = stage.together, OnnxEmbedder(args.folder)
    groups = together.all_groups(args.data, made, embedder, settings, recipe.seed)
    features = together.group_features(groups, tokenizer, settings, recipe.seed)
    judged = claim_features(load(args.made / CLAIMS), tokenizer) if stage.judged else ()
    together.train_together(model, features, settings, recipe, checkpoint, log, judged)


def _made(args: argparse.Namespace, mix: Mix, seed: int) -> Made:
    from qa.training.assign import load_assigned
    from qa.training.cloze import cloze_examples
    from qa.training.mix import Made
    from qa.training.press import press_examples
    from qa.training.translate import load_translated

    press = args.data / PRESS
    return Made(
        load_assigned(args.made / ASSIGNED) if mix.assigned_share else (),
        load_translated(args.made / TRANSLATED) if mix.translated_share else (),
        press_examples(press, random.Random(seed)) if mix.press_share else (),
        cloze_examples(press, random.Random(seed)) if mix.cloze_share else (),
        load_translated(args.made / PARSED) if mix.parsed_share else (),
    )


def encoder(args: argparse.Namespace) -> None:
    """Fine-tune the encoder on questions and their paragraphs; run again to resume."""
    import torch
    from tokenizers import Tokenizer

    from embeddings.building.quarry import open_quarry
    from embeddings.building.torch_model import build_bert
    from embeddings.building.vocabulary import kept_rows
    from qa.training.cloze import cloze_examples
    from qa.training.contrast import ContrastRecipe, as_row, choose_pairs, towards, tune
    from qa.training.translate import load_translated

    recipe, quarry = ContrastRecipe(), open_quarry(args.quarry)
    tokenizer_json = (args.folder / "tokenizer.json").read_text(encoding="utf-8")
    bert = build_bert(quarry, kept_rows(quarry.tokenizer_json, tokenizer_json))
    made = [as_row(e) for e in load_translated(args.made / TRANSLATED)]
    cloze = [as_row(e) for e in cloze_examples(args.data / PRESS, random.Random(recipe.seed)) if e.answers]
    pairs = choose_pairs(args.data, made, cloze, recipe.seed)
    print(f"{len(pairs)} pairs", flush=True)
    checkpoint = args.out.with_suffix(".steps.pt")
    before = {k: v.clone() for k, v in bert.state_dict().items()}
    tune(bert, Tokenizer.from_str(tokenizer_json), pairs, recipe, checkpoint, lambda t: print(t, flush=True))
    torch.save({"model": towards(before, bert.state_dict(), recipe.tuned_share)}, args.out)


def assign(args: argparse.Namespace) -> None:
    """Pair the questions and spans of ``unaligned.en`` with the folder's reader."""
    from embeddings.onnx_embedder import open_tokenizer
    from qa.onnx_reader import FILE, OnnxSpanModel
    from qa.training import assign as room

    path, model = args.data / "reader/unaligned.en.jsonl.gz", OnnxSpanModel(args.folder / FILE)
    tokenizer = open_tokenizer(args.folder)
    args.made.mkdir(parents=True, exist_ok=True)
    room.assign(
        path, tokenizer, model, args.made / ASSIGNED, room.Rule(), lambda line: print(line, flush=True)
    )


def parse(args: argparse.Namespace) -> None:
    """Write questions about parsed French sentences, sifted by the folder's reader."""
    from embeddings.onnx_embedder import open_tokenizer
    from qa.onnx_reader import FILE, OnnxSpanModel
    from qa.training.parsed import make
    from qa.training.stages import STAGES
    from qa.training.translate import save

    model = OnnxSpanModel(args.folder / FILE)
    seed = next(stage.recipe.seed for stage in STAGES if stage.mix.parsed_share)
    args.made.mkdir(parents=True, exist_ok=True)
    made = make(args.data, open_tokenizer(args.folder), model, seed, lambda t: print(t, flush=True))
    save(made, args.made / PARSED)


def claims(args: argparse.Namespace) -> None:
    """Write what a verifier learns from, with the folder's reader."""
    from tqdm import tqdm

    from embeddings.onnx_embedder import OnnxEmbedder
    from qa.onnx_reader import open_onnx_reader
    from qa.training import claims as room
    from qa.training.mix import Made
    from qa.training.stages import CLAIMED, VERIFIER
    from qa.training.together import all_groups

    seed = VERIFIER.recipe.seed
    # Other draws than those of the groups that are read beside the claims.
    groups = all_groups(args.data, Made(), OnnxEmbedder(args.folder), CLAIMED, seed + 1)
    made = list(room.claims(tqdm(groups), open_onnx_reader(args.folder), seed))
    random.Random(seed).shuffle(made)
    args.made.mkdir(parents=True, exist_ok=True)
    room.save(made, args.made / CLAIMS)


def verifier(args: argparse.Namespace) -> None:
    """Train the verifier, from a reader; run again to resume."""
    import torch

    from embeddings.onnx_embedder import open_tokenizer
    from qa.training.export import load_state
    from qa.training.stages import VERIFIER

    model = _span_reader(args)
    model.load_state_dict(load_state(args.checkpoint))
    _train_stage(args, VERIFIER, model, open_tokenizer(args.folder), args.out.with_suffix(".steps.pt"))
    torch.save({"model": model.state_dict()}, args.out)


def export(args: argparse.Namespace) -> None:
    """Write ``reader.onnx``, or ``verifier.onnx``, into the model folder."""
    from embeddings.building.texts import typical_pairs
    from qa.training.export import export_reader, load_state

    pairs = typical_pairs(args.data)
    print(export_reader(load_state(args.checkpoint), args.folder, "int8", pairs, args.name))


def measure(args: argparse.Namespace) -> None:
    """F1 and EM with the gold paragraph on ``dev.fr`` and on unread press; withholding beside another one."""
    import shutil

    from embeddings.onnx_embedder import open_tokenizer
    from qa.factory import open_reader_pipeline
    from qa.onnx_reader import OnnxSpanModel
    from qa.reader import WindowReader
    from qa.settings import Settings
    from qa.training.export import export_reader, load_state
    from qa.training.measure import choose_null_joint, judge, score

    gold, beside = _gold_and_beside(args.data)
    shipped = open_reader_pipeline(Settings(args.folder, model=args.folder))
    readers = {"int8": shipped}
    with tempfile.TemporaryDirectory() as folder:
        if args.checkpoint:
            shutil.copy(args.folder / "words.bin", folder)
            path = export_reader(load_state(args.checkpoint), Path(folder), "float32", name="float.onnx")
            float32 = WindowReader("float32", open_tokenizer(args.folder), OnnxSpanModel(path))
            readers["float32"] = replace(shipped, reader=float32)
        for name, reader in readers.items():
            judged, others = judge(reader, gold), judge(reader, beside)
            always = score(judged, 0.0)
            print(f"{name}: dev.fr, gold paragraph, always answering: F1 {always.f1:.4f} EM {always.em:.4f}")
            for bound in (reader.calibration.null_joint, choose_null_joint(judged, cost=0.05)):
                ruled = score(judged, bound)
                print(
                    f"  withheld at a joint score of {bound}: F1 {ruled.f1_with_null:.4f}"
                    f" EM {ruled.em_with_null:.4f}; another paragraph of the article withheld"
                    f" {score(others, bound).withheld:.4f}"
                )
            for lang, about in _unread(args.data).items():
                ruled = score(judge(reader, about), 0.0)
                print(f"  {UNREAD}, {lang}: F1 {ruled.f1:.4f} EM {ruled.em:.4f} of {len(about)}")


def _unread(data: Path) -> dict[str, list[Example]]:
    """The questions about the press that nothing was chosen by and that have an answer, by language."""
    asked = [e for e in load_written(QUESTIONS / UNREAD, sources(data)) if e.answers]
    return {lang: [e for e in asked if e.lang == lang] for lang in ("fr", "en", "vi")}


def _gold_and_beside(data: Path) -> tuple[list[Example], list[Example]]:
    """``dev.fr``, and its questions beside another paragraph of their article."""
    gold = load_examples(data / "reader/dev.fr.jsonl.gz")
    return gold, other_paragraph(gold, random.Random(0))


def calibrate(args: argparse.Namespace) -> None:
    """Write ``calibration.json`` into the model folder."""
    from embeddings.onnx_embedder import OnnxEmbedder
    from qa.confidence import FILE
    from qa.factory import open_reader_pipeline
    from qa.onnx_reader import open_onnx_verifier
    from qa.settings import Settings
    from qa.training.calibrate import collect_trials, fit
    from qa.training.measure import choose_null_joint, judge
    from qa.training.probe import train_probe

    embedder = OnnxEmbedder(args.folder)
    probe, verifier = train_probe(args.data, embedder), open_onnx_verifier(args.folder, embedder.tokenizer)
    result = fit(list(collect_trials(args.data, args.folder, DEFAULT_TOP_K)), probe, verifier)
    result.calibration.save(args.folder / FILE)
    gold, _ = _gold_and_beside(args.data)
    judged = judge(open_reader_pipeline(Settings(args.folder, model=args.folder)), gold)
    calibration = replace(result.calibration, null_joint=choose_null_joint(judged))
    calibration.save(args.folder / FILE)
    print(replace(calibration, foreign=None))
    for line in result.lines:
        print(line)


if __name__ == "__main__":
    main()
