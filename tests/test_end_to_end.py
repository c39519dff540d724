"""The real models on the real seeds: what a user gets, from a cold process and offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import CallToolResult

from qa.factory import SEEDS, open_indexer, open_pipeline
from qa.settings import Settings
from qa.types import Abstention, Answer

pytestmark = pytest.mark.models

HANOI = "Quand est prévue la signature de la Convention de Hanoï ?"
MAY = "001_98a8ff821195ca4d.txt"
HEAVY = ("torch", "transformers", "sentence_transformers", "gradio")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "index"
    report = open_indexer(Settings(folder)).run([SEEDS])
    assert (report.added, report.failures) == (2, ())
    return folder


@pytest.fixture(scope="module")
def pipeline(index):
    pipeline = open_pipeline(Settings(index))
    yield pipeline
    pipeline.close()


def qa(*arguments: str, prefix: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "qa", *arguments],
        capture_output=True, text=True, cwd=ROOT, timeout=300,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
    )  # fmt: skip


def test_the_hanoi_question_gives_the_two_days_of_the_may_dispatch(pipeline):
    result = pipeline.ask(HANOI).result
    assert isinstance(result, Answer)
    assert result.text == "les 25 et 26 octobre 2025"
    assert result.citation.source == MAY
    assert "Convention de Hanoï" in result.citation.passage_text


@pytest.mark.parametrize(
    "question",
    [
        "When will the Hanoi Convention be signed?",
        "Lễ ký Công ước Hà Nội dự kiến diễn ra khi nào?",
        "signature convention hanoi date",
    ],
)
def test_other_languages_and_keywords_find_the_same_days(pipeline, question):
    result = pipeline.ask(question, threshold=0.0).result
    assert isinstance(result, Answer)
    assert "25 et 26 octobre 2025" in result.text


def test_a_question_far_from_the_dispatches_is_not_answered(pipeline):
    result = pipeline.ask("Quelle est la recette de la tarte aux pommes normande ?").result
    assert isinstance(result, Abstention)


def test_every_citation_is_literal_in_the_file(pipeline):
    lines = (ROOT / "eval/questions/seeds.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    seen = 0
    for question in questions[::6]:
        reply = pipeline.ask(question, threshold=0.0)
        if isinstance(reply.result, Abstention):
            # Nothing that was read can be what is asked for.
            assert (reply.result.reason, reply.result.alternatives) == ("no_answer_found", ())
            continue
        for citation in (*reply.result.citations, *(a.citation for a in reply.result.alternatives)):
            text = Path(citation.path).read_text(encoding=citation.encoding)
            assert text[citation.start : citation.end] == citation.quote
            seen += 1
    assert seen > 50


def test_ask_from_a_cold_process_is_the_contract_and_imports_nothing_heavy(index):
    code = (
        "import sys; from qa.cli import main; code = main(sys.argv[1:]);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", HANOI, "--index", str(index), "--json"],
        capture_output=True, text=True, cwd=ROOT, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "[]"
    reply = json.loads(done.stdout)
    assert reply["answer"] == "les 25 et 26 octobre 2025"
    assert reply["reason"] is None
    assert 0 < reply["confidence"] <= 1
    citation = reply["citations"][0]
    assert (citation["source"], citation["date"]) == (MAY, "2025-05")
    assert (SEEDS / MAY).read_text(encoding="utf-8")[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_without_an_index_reads_the_shipped_dispatches_and_says_so(tmp_path):
    done = qa("ask", HANOI, QA_INDEX=str(tmp_path / "new"))
    assert done.returncode == 0
    assert "les 25 et 26 octobre 2025" in done.stdout
    assert str(SEEDS) in done.stderr


def test_indexing_the_same_folder_again_embeds_nothing(index, tmp_path):
    copy = tmp_path / "index"
    shutil.copytree(index, copy)
    done = qa("index", str(SEEDS), "--index", str(copy), "--json")
    report = json.loads(done.stdout)
    assert (report["unchanged"], report["embedded"], report["added"]) == (2, 0, 0)


def _can_unshare() -> bool:
    return (
        shutil.which("unshare") is not None
        and subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _can_unshare(), reason="this system does not let us cut the network (unshare -rn)")
def test_everything_works_with_the_network_cut(tmp_path):
    cut = ("unshare", "-rn")
    folder = str(tmp_path / "index")
    questions = tmp_path / "questions.jsonl"
    lines = (ROOT / "eval/questions/seeds.jsonl").read_text(encoding="utf-8").splitlines()
    questions.write_text("\n".join(lines[:5]), encoding="utf-8")
    assert qa("index", str(SEEDS), "--index", folder, prefix=cut).returncode == 0
    asked = qa("ask", HANOI, "--index", folder, prefix=cut)
    assert "les 25 et 26 octobre 2025" in asked.stdout
    assert qa("search", HANOI, "--index", folder, prefix=cut).returncode == 0
    evaluated = qa("eval", str(questions), "--index", folder, "--json", prefix=cut)
    assert json.loads(evaluated.stdout)["n"] == 5


def test_an_assistant_asks_over_stdio_and_only_the_protocol_is_on_stdout(index, tmp_path):
    errors = tmp_path / "stderr.txt"
    # Whatever a library prints in the middle of an answer must not reach the client.
    noisy = (
        "import os, sys; from qa import pipeline; from qa.cli import main\n"
        "ask = pipeline.Pipeline.ask\n"
        "def noisily(self, *a, **k): print('bruit'); os.write(1, b'bruit'); return ask(self, *a, **k)\n"
        "pipeline.Pipeline.ask = noisily\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = StdioServerParameters(
        command=sys.executable, args=["-c", noisy, "mcp", "--index", str(index)], cwd=ROOT
    )

    async def session() -> dict[str, CallToolResult]:
        with errors.open("w", encoding="utf-8") as log:
            async with Client(stdio_client(command, errlog=log)) as client:
                asked = await client.call_tool("ask", {"question": HANOI})
                cited = asked.structured_content["citations"][0]
                return {
                    "asked": asked,
                    "read": await client.call_tool("read_dispatch", {"dispatch": cited["dispatch"]}),
                    "found": await client.call_tool("search", {"question": HANOI, "top_k": 3}),
                    "refused": await client.call_tool("ask", {"question": ""}),
                }

    got = anyio.run(session)
    reply = got["asked"].structured_content
    cited = reply["citations"][0]
    assert (reply["answer"], cited["source"]) == ("les 25 et 26 octobre 2025", MAY)
    assert got["read"].structured_content["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert MAY in {p["source"] for p in got["found"].structured_content["passages"]}
    assert got["refused"].is_error
    written = errors.read_text(encoding="utf-8")
    assert "bruit" in written
    assert "Traceback" not in written
