"""The chat: open the pipeline and serve it. Nothing else: what it shows and does is in ``chat``.

``python app.py`` serves with the default settings. An index is made where there is none; questions are
answered while it is being renewed.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import chat  # noqa: F401  (before gradio: it quiets it)

import gradio as gr  # isort: skip

from chat.handlers import EXAMPLES, Asker, Handlers
from chat.page import layout, words
from chat.quality import Quality
from chat.serving import claim_port, launch
from chat.shelf import Shelf
from qa import factory, messages
from qa.api import create as create_api
from qa.errors import NoIndex, QaError
from qa.filters import Filters
from qa.judgements import Judgements
from qa.library import Library
from qa.pipeline import Pipeline
from qa.settings import Settings


def serve(
    host: str = "127.0.0.1",
    port: int = 7860,
    settings: Settings | None = None,
    inbrowser: bool = False,
    dispatches: Path | None = None,
) -> None:
    """Serve the chat until interrupted; ``dispatches`` is the folder that the chat keeps its dispatches in.

    An index is made from that folder (the shipped seeds by default) where there is none. Port 0 takes
    a free one. Raises UserError where the port cannot be had, and what opening an index raises.
    """
    settings = settings or Settings.load()
    port = claim_port(host, port)
    with closing(open_ready(settings, dispatches or factory.SEEDS)) as pipeline:
        chat = page(pipeline, settings, dispatches)
        launch(chat, host, port, words=words, inbrowser=inbrowser, api=create_api(pipeline))
        threading.Thread(target=_warm, args=(pipeline,), daemon=True).start()
        _tell(messages.say("chat_open", address=chat.local_url))
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass
        finally:
            chat.close(verbose=False)


def build(settings: Settings, dispatches: Path | None = None) -> gr.Blocks:
    """The chat over the index of ``settings``, made first where there is none; not yet served.

    Raises what opening an index raises (``qa.errors``).
    """
    return page(open_ready(settings, dispatches or factory.SEEDS), settings, dispatches)


def page(pipeline: Asker, settings: Settings, dispatches: Path | None) -> gr.Blocks:
    """What is served."""
    shelf = Shelf(pipeline, library(settings, dispatches))
    on = Handlers(pipeline, settings.top_k)
    reports = (beside(settings, "rapport"), Path("rapport").absolute())
    quality = Quality(on.talks, Judgements(beside(settings, "avis.jsonl")), reports)
    return layout(on, shelf, quality)


def library(settings: Settings, dispatches: Path | None) -> Library:
    """The folder that dispatches are added to: the one named, or one beside the index.

    The shipped dispatches are only read.
    """
    folder = (dispatches or beside(settings, "depeches")).absolute()
    others = () if dispatches else (factory.SEEDS,)
    return Library(folder, others, lambda: factory.open_indexer(settings))


def beside(settings: Settings, name: str) -> Path:
    """What is kept with the index and is none of it: a rebuild would take the folder's place."""
    index = settings.index.absolute()
    return index.with_name(f"{index.name}-{name}")


def open_ready(settings: Settings, folder: Path) -> Pipeline:
    """The pipeline; indexes ``folder`` first where there is no index."""
    try:
        return factory.open_pipeline(settings)
    except NoIndex:
        _tell(messages.say("seeds_indexed", folder=folder))
        factory.open_indexer(settings).run([folder])
        return factory.open_pipeline(settings)


def main() -> None:
    """``python app.py``: serve with the default settings; an error is one line and its exit code.

    Where the chat is hosted for others, the host says so in gradio's own variable.
    """
    try:
        serve(os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"))
    except QaError as error:
        _tell(str(error))
        raise SystemExit(error.exit_code) from None


def _warm(pipeline: Asker) -> None:
    """Load the models before anyone asks; what is wrong will be told to whoever does."""
    with suppress(Exception):
        pipeline.ask(EXAMPLES["fr"][0], **Filters().as_options())


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
