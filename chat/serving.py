"""Starting the chat: its port, and what every page is sent with.

Promises: nothing is asked of any other machine (gradio's own telemetry, version check, web fonts and run
history are off, and a Content-Security-Policy holds the browser to this server); a page and gradio's own
words in it are in the language of whoever asks. Raises UserError where the port cannot be had.
"""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from importlib.resources import files
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from chat.theme import theme
from qa import messages
from qa.doors import Doors
from qa.errors import UserError
from qa.messages import LANGUAGES, Language

MOST_PORT = 65_535
LANGUAGE_COOKIE = "qa-lang"
STREAM = files("chat").joinpath("stream.js").read_text(encoding="utf-8")
STYLE = files("qa.rendering").joinpath("style.css").read_text(encoding="utf-8")

# ASGI's shapes, as far as they are used here.
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Event, Receive, Send], Awaitable[None]]


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


def launch(
    chat: gr.Blocks,
    host: str,
    port: int,
    *,
    words: gr.I18n | None = None,
    inbrowser: bool = False,
    api: App | None = None,
) -> None:
    """Start serving in the background, with nothing that would call another machine.

    ``api`` answers other programs on the same port. Raises UserError where the port cannot be had.
    """
    _reach_localhost_directly()
    filters = [Middleware(SpokenAndOffline)]
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
            theme=theme(),
            css=STYLE,
            i18n=words,
            app_kwargs={"middleware": filters},
        )
    except OSError as error:  # taken since it was claimed
        raise _port_problem(host, port, error) from None


def language_of(headers: Mapping[str, str]) -> Language:
    """The language of a request: the one chosen on the page, else the browser's first that we speak."""
    try:
        chosen = SimpleCookie(headers.get("cookie", "")).get(LANGUAGE_COOKIE)
    except CookieError:
        chosen = None
    preferred = [chosen.value] if chosen else []
    for tag in preferred + _by_preference(headers.get("accept-language", "")):
        for language in LANGUAGES:
            if tag.partition("-")[0] == language:
                return language
    return LANGUAGES[0]


def _by_preference(accepted: str) -> list[str]:
    """The tags of an Accept-Language header, best first; what is no weight weighs nothing."""
    weighed = []
    for part in accepted.lower().split(","):
        tag, _, weight = part.partition(";q=")
        number = float(weight) if re.fullmatch(r"\s*[01](\.\d*)?\s*", weight) else float(not weight)
        weighed.append((-number, tag.strip()))
    return [tag for weight, tag in sorted(weighed, key=lambda pair: pair[0]) if weight]


def _port_problem(host: str, port: int, error: OSError) -> UserError:
    if error.errno in (errno.EADDRINUSE, None):  # gradio's own error has no number
        return UserError("port_busy", host=host, port=port)
    return UserError("storage", path=f"{host}:{port}", reason=messages.os_reason(error))


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
_SPEAK = (
    "<script>for (const [name, value] of [['language', '{0}'], ['languages', ['{0}']]])"
    " Object.defineProperty(navigator, name, {{get: () => value}});</script>"
)
_FOLLOW = f"<script>{STREAM}</script>".encode()


class SpokenAndOffline:
    """ASGI filter: the page says which language it is in, loses no answer, and loads nothing from elsewhere.

    Gradio has no setting for any of it: it takes the browser's language for its own words, which may be none
    of ours or not the one chosen, ends its stream while an answer is due, and names other hosts in its
    preview tags.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Pass everything on with the policy; HTML is held until it is whole, and rewritten."""
        held: list[Event] = []
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())
        }

        async def pass_on(event: Event) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": [*event["headers"], POLICY]}
            if not held and not _starts_html(event):
                await send(event)
                return
            held.append(event)
            if event["type"] == "http.response.body" and not event.get("more_body"):
                for rewritten in _spoken(held, language_of(headers)):
                    await send(rewritten)

        await self.app(scope, receive, pass_on)


def _starts_html(event: Event) -> bool:
    headers = event.get("headers", ())
    return any(n.lower() == b"content-type" and v.startswith(b"text/html") for n, v in headers)


def _spoken(held: list[Event], language: Language) -> list[Event]:
    start, *parts = held
    body = b"".join(part.get("body", b"") for part in parts)
    body = _PREVIEW_TAGS.sub(b"", body).replace(b'lang="en"', f'lang="{language}"'.encode(), 1)
    body = body.replace(b"<head>", b"<head>" + _SPEAK.format(language).encode() + _FOLLOW, 1)
    headers = [(n, v) for n, v in start["headers"] if n.lower() != b"content-length"]
    extra = [(b"content-length", str(len(body)).encode()), (b"vary", b"cookie, accept-language")]
    return [{**start, "headers": [*headers, *extra]}, {"type": "http.response.body", "body": body}]
