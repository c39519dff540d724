"""Who may import whom: the rooms of the design, read off the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("embeddings", "qa", "eval", "chat")
# Heavy libraries, and the only modules that may name them.
ADAPTERS = {
    "faiss": {"embeddings.faiss_store"},
    "onnxruntime": {"embeddings.onnx_embedder", "qa.onnx_reader"},
    "sentence_transformers": {"embeddings.hub_embedder"},
    "torch": {"embeddings.building", "qa.training", "qa.hub_reader"},
    "transformers": {"embeddings.building", "qa.training", "qa.hub_reader"},
    "onnx": {"embeddings.building", "qa.training"},
    "scipy": {"qa.training"},
    "matplotlib": {"eval.plots"},
    "gradio": {"app", "chat"},
    "fastapi": {"qa.api", "qa.doors"},
    "starlette": {"chat.serving", "qa.api", "qa.doors"},
    "pydantic": {"qa.shapes", "qa.mcp_server"},
    "mcp": {"qa.mcp_server"},
    "watchfiles": {"qa.watching"},
    "docx": {"qa.exporting"},
    "py3langid": {"qa.detection"},
    "spacy": {"qa.training"},
    "tantivy": {"qa.lexical_index"},
}
# What each part may use of the project, beside itself.
ALLOWED = {
    "embeddings": set(),
    "embeddings.building": {"embeddings"},
    "qa": {"embeddings"},
    "qa.cli": {"qa", "embeddings", "eval", "app"},
    "qa.__main__": {"qa.cli"},
    "qa.training": {"qa", "embeddings", "embeddings.building", "eval"},
    "eval": {"qa"},
    "chat": {"qa"},
    "app": {"qa", "chat"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in [ROOT / "app.py", *(p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py")))]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(p for p in parts if p != "__init__"), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # ``from qa import factory`` names a module too.
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(module: str) -> str:
    """The longest key of ALLOWED that the module lies in."""
    return max((k for k in ALLOWED if module == k or module.startswith(f"{k}.")), key=len, default="")


MODULES = dict(modules())


def test_every_room_is_seen():
    assert {"app", "chat.page", "qa.pipeline", "embeddings.store", "eval.run", "qa.training.train"} <= set(
        MODULES
    )


@pytest.mark.parametrize("module", MODULES)
def test_imports_flow_one_way(module):
    part = part_of(module)
    for name in imports(MODULES[module]):
        used = part_of(name)
        assert used in ("", part) or used in ALLOWED[part], f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_only_adapters_import_heavy_libraries(module):
    for name in imports(MODULES[module]):
        library = name.partition(".")[0]
        homes = ADAPTERS.get(library)
        assert homes is None or any(module == h or module.startswith(f"{h}.") for h in homes), (
            f"{module}: {name}"
        )


def test_nothing_imports_training_or_building_but_themselves():
    for module, path in MODULES.items():
        for name in imports(path):
            if part_of(name) in ("qa.training", "embeddings.building"):
                assert part_of(module) in ("qa.training", "embeddings.building"), f"{module} imports {name}"


def test_the_version_is_said_once_and_changelogged():
    import qa

    assert f'version = "{qa.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"## [{qa.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_package_is_named_in_pyproject():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for room in ROOMS:
        for init in (ROOT / room).rglob("__init__.py"):
            package = ".".join(init.parent.relative_to(ROOT).parts)
            assert f'"{package}"' in text, package
