"""Serve a chat in this process on a free port, for a browser or a client to use.

::

    with serving_index(settings, folder) as address:
        page.goto(address)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import gradio as gr

import app
from qa import api
from qa.pipeline import Pipeline
from qa.settings import Settings

HOST = "127.0.0.1"


@contextmanager
def serving(chat: gr.Blocks, pipeline: Pipeline | None = None, host: str = HOST) -> Iterator[str]:
    """Serve ``chat``, with the API where there is a pipeline, as ``app.serve`` does and yield its address,
    ``http://127.0.0.1:PORT/``.
    """
    app.launch(chat, host, app.claim_port(host, 0), words=app.words, api=pipeline and api.create(pipeline))
    try:
        yield chat.local_url
    finally:
        chat.close(verbose=False)


@contextmanager
def serving_index(settings: Settings, folder: Path) -> Iterator[str]:
    """Serve the chat over a real index, made from ``folder`` where there is none, and yield its address."""
    with (
        closing(app.open_ready(settings, folder)) as pipeline,
        serving(app.page(pipeline, settings, folder), pipeline) as address,
    ):
        yield address
