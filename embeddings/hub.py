"""Before and after loading a model by name or folder: what is not there is said at once, and in one line."""

from __future__ import annotations

import os
from pathlib import Path

from embeddings.errors import ModelNotFetched, ModelUnavailable

_SECONDS = 10.0


def prepare(name: str) -> None:
    """Keep the libraries quiet. Raises ModelNotFetched where neither a folder, the cache nor the hub has it.

    Asking the hub for the model's card answers in seconds; the loaders would try for a minute.
    """
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if Path(name).exists():
        return
    try:
        from huggingface_hub import model_info, try_to_load_from_cache

        if not isinstance(try_to_load_from_cache(name, "config.json"), str):
            model_info(name, timeout=_SECONDS)
    except Exception as error:  # no network, no such model, not a name
        raise ModelNotFetched(name) from error


def unavailable(name: str, error: Exception) -> ModelUnavailable:
    """What a folder lacks, in one line; for a name, that it could not be fetched."""
    if not Path(name).exists():
        return ModelNotFetched(name)
    return ModelUnavailable(f"{name}: {(str(error).splitlines() or [type(error).__name__])[0]}")
