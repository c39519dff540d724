"""The chat: open the pipeline, ask, show what ``qa.rendering`` makes of the reply. Nothing else.

The only module that imports gradio. Promises: nothing is asked of any other machine (gradio's own
telemetry, version check, web fonts and run history are off, and a Content-Security-Policy holds the
browser to this server); questions are answered while the index is being renewed; an error made on
purpose (``qa.errors``) is a line in the chat. ``python app.py`` serves with the default settings.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

# Read by gradio and its hub client when they are imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import gradio as gr
from starlette.middleware import Middleware

from qa import factory, messages
from qa.api import create as create_api
from qa.doors import Doors
from qa.errors import NoIndex, QaError, UserError
from qa.pipeline import Pipeline
from qa.rendering import (
    STYLE,
    notice_html,
    progress_html,
    question_html,
    reply_html,
    report_html,
    state_html,
)
from qa.settings import Settings
from qa.types import IndexReport, IndexStatus, Progress, ProgressSink, Reply

TITLE = "Dépêches\u00a0: questions et réponses"
INTRODUCTION = (
    "Posez une question sur les dépêches. Chaque réponse est une citation littérale, montrée dans son"
    " paragraphe\u00a0; s’il n’y en a pas, le chat le dit."
)
EXAMPLES = (
    "Quand est prévue la signature de la Convention de Hanoï\u00a0?",
    "Qui conduisait la délégation vietnamienne à Vienne\u00a0?",
    "Depuis quand le Vietnam est-il membre d’Interpol\u00a0?",
    "Qui a remporté la Coupe du monde de football\u00a0?",
)
UNEXPECTED = "Une erreur inattendue s’est produite\u00a0; le détail est dans le terminal."

# Answers keep coming while someone waits for the index; one renewal at a time.
QUESTIONS_AT_ONCE = 4
MOST_PORT = 65_535

log = logging.getLogger(__name__)

Message = dict[str, Any]
Index = Callable[[ProgressSink], IndexReport]

# ASGI's shapes, as far as they are used here.
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Event, Receive, Send], Awaitable[None]]


class Asker(Protocol):
    """The part of ``qa.pipeline.Pipeline`` that the chat uses."""

    def ask(self, question: str) -> Reply:
        """Answer or abstain; safe to call from many threads. Raises BadQuestion."""

    def status(self) -> IndexStatus:
        """What is in the index now."""

    def close(self) -> None:
        """Let go of files."""


def serve(
    host: str = "127.0.0.1",
    port: int = 7860,
    settings: Settings | None = None,
    inbrowser: bool = False,
    dispatches: Path | None = None,
) -> None:
    """Serve the chat until interrupted; ``dispatches`` is the folder that the button indexes.

    An index is made from that folder (the shipped seeds by default) where there is none. Port 0 takes
    a free one. Raises UserError where the port cannot be had, and what opening an index raises.
    """
    settings = settings or Settings.load()
    folder = dispatches or factory.SEEDS
    port = claim_port(host, port)
    with closing(open_ready(settings, folder)) as pipeline:
        chat = layout(pipeline, indexing(settings, folder), folder)
        launch(chat, host, port, inbrowser=inbrowser, api=create_api(pipeline))
        _tell(f"Le chat est ouvert : {chat.local_url} (Ctrl+C pour l’arrêter)")
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
    folder = dispatches or factory.SEEDS
    return layout(open_ready(settings, folder), indexing(settings, folder), folder)


def open_ready(settings: Settings, folder: Path) -> Pipeline:
    """The pipeline; indexes ``folder`` first where there is no index."""
    try:
        return factory.open_pipeline(settings)
    except NoIndex:
        _tell(messages.say("seeds_indexed", folder=folder))
        factory.open_indexer(settings).run([folder])
        return factory.open_pipeline(settings)


def indexing(settings: Settings, folder: Path) -> Index:
    """What the button runs. The indexer is opened by the thread that uses it."""
    return lambda progress: factory.open_indexer(settings).run([folder], progress=progress)


def main() -> None:
    """``python app.py``: serve with the default settings; an error is one line and its exit code.

    Where the chat is hosted for others, the host says so in gradio's own variable.
    """
    try:
        serve(os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"))
    except QaError as error:
        _tell(str(error))
        raise SystemExit(error.exit_code) from None


def claim_port(host: str, port: int) -> int:
    """The port itself, or a free one for 0. Raises UserError naming the port that cannot be had."""
    if not 0 <= port <= MOST_PORT:
        raise UserError("option_range", name="port", value=port, low=0, high=MOST_PORT)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family) as claimed:
            return int(claimed.getsockname()[1])
    except OSError as error:
        raise _port_problem(host, port, error) from None


def launch(chat: gr.Blocks, host: str, port: int, *, inbrowser: bool = False, api: App | None = None) -> None:
    """Start serving in the background, with nothing that would call another machine.

    ``api`` answers other programs on the same port.

    Raises UserError where the port cannot be had.
    """
    _reach_localhost_directly()
    filters = [Middleware(FrenchAndOffline)]
    if api is not None:
        filters.insert(0, Middleware(Doors, api=api, host=host))
    try:
        chat.launch(
            server_name=host,
            server_port=port,
            inbrowser=inbrowser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            theme=_theme(),
            css=STYLE,
            app_kwargs={"middleware": filters},
        )
    except OSError as error:  # taken since it was claimed
        raise _port_problem(host, port, error) from None


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the page's events call. Generators: each value they yield is shown at once."""

    pipeline: Asker
    index: Index
    folder: Path

    def ask(self, question: str, history: list[Message]) -> Iterator[tuple[str, list[Message]]]:
        """Answer a question with a literal quotation of a dispatch, or say that there is none."""
        if question.strip():
            history = [*history, _message("user", question_html(question))]
            yield "", history
        yield "", [*history, _message("assistant", self.answer(question))]

    def ask_example(
        self, history: list[Message], chosen: gr.SelectData
    ) -> Iterator[tuple[str, list[Message]]]:
        """Ask the example that was clicked."""
        yield from self.ask(chosen.value["text"], history)

    def answer(self, question: str) -> str:
        """The reply as HTML; never raises."""
        try:
            return reply_html(self.pipeline.ask(question))
        except Exception as error:
            return _problem(error)

    def state(self) -> str:
        """What is in the index, in a line of HTML."""
        try:
            return state_html(self.pipeline.status(), str(self.folder.resolve()))
        except Exception as error:
            return _problem(error)

    def rebuild(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Index the folder in a thread of its own; show how far it has come, then what it did."""
        events: SimpleQueue[Progress | str] = SimpleQueue()
        threading.Thread(target=self._index_into, args=(events,), daemon=True).start()
        event: Progress | str | None = None
        while not isinstance(event, str):
            yield progress_html(event), gr.update(), gr.update(interactive=False)
            event = _latest(events)
        yield event, gr.update(value=self.state()), gr.update(interactive=True)

    def _index_into(self, events: SimpleQueue[Progress | str]) -> None:
        try:
            events.put(report_html(self.index(lambda progress: events.put(progress))))
        except Exception as error:
            events.put(_problem(error))


def layout(pipeline: Asker, index: Index, folder: Path) -> gr.Blocks:
    """The page and its events. ``index`` renews the index from ``folder``."""
    messages.use("fr")  # the page is French, so its errors are, whatever the terminal's locale
    on = Handlers(pipeline, index, folder)
    chat = gr.Blocks(title=TITLE, analytics_enabled=False)
    with chat:
        gr.HTML(f"<header><h1>{TITLE}</h1><p>{INTRODUCTION}</p></header>", elem_id="qa-header")
        with gr.Row(elem_id="qa-dispatches"):
            state = gr.HTML(on.state(), elem_id="qa-state")
            renew = gr.Button("Mettre à jour l’index", size="sm", scale=0, elem_id="qa-rebuild")
        outcome = gr.HTML(elem_id="qa-outcome")
        thread = _thread()
        with gr.Row(elem_id="qa-ask"):
            box = _question_box()
            send = gr.Button("Demander", variant="primary", scale=0, min_width=120, elem_id="qa-send")

        asked: dict[str, Any] = {
            "outputs": [box, thread],
            "show_progress": "hidden",
            "concurrency_limit": QUESTIONS_AT_ONCE,
            "concurrency_id": "ask",
        }
        gr.on([box.submit, send.click], on.ask, [box, thread], api_name="ask", **asked).then(**_SHOW_LAST)
        thread.example_select(on.ask_example, thread, api_visibility="private", **asked).then(**_SHOW_LAST)
        renew.click(
            on.rebuild, None, [outcome, state, renew], show_progress="hidden", api_visibility="private"
        )
        chat.load(on.state, None, state, show_progress="hidden", api_visibility="private")
        for event in (chat.load, thread.clear):
            event(None, js="() => {" + _TIDY + "}", api_visibility="private")
    return chat


# Gradio labels each message with its own source text, in English: a screen reader would read out tags.
_TIDY = """
  document.querySelectorAll('#qa-thread [aria-label]').forEach((e) => {
    if (e.matches('[role=log]')) e.setAttribute('aria-label', 'Conversation');
    else if (!e.matches('.icon-button')) e.removeAttribute('aria-label');
  });
"""

# After a reply the question goes to the top of the window, so that reading starts at the answer.
_SHOW_LAST: dict[str, Any] = {
    "fn": None,
    "js": "() => {"
    + _TIDY
    + """
  const last = Array.from(document.querySelectorAll('.qa-question')).pop();
  if (last) last.scrollIntoView({block: 'start'});
}""",
    "api_visibility": "private",
}


def _thread() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        autoscroll=False,
        buttons=[],
        latex_delimiters=[],  # a dispatch may speak of dollars
        allow_tags=False,
        feedback_options=None,
        placeholder="Un exemple pour commencer",
        examples=[{"text": question} for question in EXAMPLES],
        elem_id="qa-thread",
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Question",
        show_label=False,
        container=False,
        placeholder="Votre question…",
        lines=1,
        max_lines=5,
        autofocus=True,
        scale=1,
        elem_id="qa-question",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True, enterkeyhint="send"),
    )


def _theme() -> gr.themes.Base:
    """System fonts only: a web font would be a call to another machine."""
    theme = gr.themes.Base(
        neutral_hue="stone",
        text_size="lg",
        font=("system-ui", "sans-serif"),
        font_mono=("ui-monospace", "monospace"),
    )
    return theme.set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#191715",
        button_primary_background_fill="#33566b",
        button_primary_background_fill_hover="#284557",
        button_primary_background_fill_dark="#3f6b83",
        button_primary_background_fill_hover_dark="#4c7d98",
        button_primary_text_color="white",
    )


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _problem(error: Exception) -> str:
    """A line for the chat; what nobody foresaw goes to the log with its traceback."""
    if isinstance(error, QaError):
        return notice_html(str(error))
    log.error("unexpected error", exc_info=error)
    return notice_html(UNEXPECTED)


def _latest(events: SimpleQueue[Progress | str]) -> Progress | str:
    """The last event so far (waits for one): progress that nobody could see is skipped."""
    event = events.get()
    while not isinstance(event, str) and not events.empty():
        event = events.get()
    return event


def _port_problem(host: str, port: int, error: OSError) -> UserError:
    if error.errno in (errno.EADDRINUSE, None):  # gradio's own error has no number
        return UserError("port_busy", host=host, port=port)
    return UserError("storage", path=f"{host}:{port}", reason=messages.os_reason(error))


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _reach_localhost_directly() -> None:
    """Gradio asks its own server whether it is up: that must not go through a proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        hosts += [host for host in ("localhost", "127.0.0.1", "::1") if host not in hosts]
        os.environ[name] = ",".join(hosts)


POLICY = (
    b"content-security-policy",
    b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'self'; form-action 'self'",
)
_PREVIEW_TAGS = re.compile(rb'<meta\s[^>]*"(?:og|twitter):[^>]*>')
_SPEAK_FRENCH = (
    b"<script>for (const [name, value] of [['language', 'fr'], ['languages', ['fr']]])"
    b" Object.defineProperty(navigator, name, {get: () => value});</script>"
)


class FrenchAndOffline:
    """ASGI filter: the page says that it is French, and may load nothing from elsewhere.

    Gradio has no setting for either: it takes the browser's language for its own words, and its page
    names other hosts in its preview tags.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Pass everything on with the policy; HTML is held until it is whole, and rewritten."""
        held: list[Event] = []

        async def pass_on(event: Event) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": [*event["headers"], POLICY]}
            if not held and not _starts_html(event):
                await send(event)
                return
            held.append(event)
            if event["type"] == "http.response.body" and not event.get("more_body"):
                for rewritten in _in_french(held):
                    await send(rewritten)

        await self.app(scope, receive, pass_on)


def _starts_html(event: Event) -> bool:
    headers = event.get("headers", ())
    return any(n.lower() == b"content-type" and v.startswith(b"text/html") for n, v in headers)


def _in_french(held: list[Event]) -> list[Event]:
    start, *parts = held
    body = b"".join(part.get("body", b"") for part in parts)
    body = _PREVIEW_TAGS.sub(b"", body).replace(b'lang="en"', b'lang="fr"', 1)
    body = body.replace(b"<head>", b"<head>" + _SPEAK_FRENCH, 1)
    headers = [(n, v) for n, v in start["headers"] if n.lower() != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    return [{**start, "headers": [*headers, length]}, {"type": "http.response.body", "body": body}]


if __name__ == "__main__":
    main()
