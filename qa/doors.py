"""The one port that the chat and the API share: who may come in, and to which of the two.

An ASGI filter, put in front of the chat by ``app.launch``. Promises: where only this machine is listened to,
a request under another name is refused (a page whose name was made to point here, "DNS rebinding"); a page
of another origin gets no answer, whatever gradio allows (every origin, unless served on localhost); a body
for the API is read up to ``MOST_BYTES``.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.messages import say

PATHS = ("/ask", "/search", "/timeline", "/status", "/dispatches", "/openapi.json")
"""What belongs to the API, with all below it."""
MOST_BYTES = 65_536


class Doors:
    """Requests for ``PATHS`` go to ``api``, all others to ``app``; ``host`` is the address listened on."""

    def __init__(self, app: ASGIApp, api: ASGIApp, host: str) -> None:
        self.app = app
        self.api = api
        self.local = is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif why := self._refusal(Headers(scope=scope)):
            await JSONResponse({"error": why}, 403)(scope, receive, send)
        elif belongs_to_api(scope["path"]):
            await self.api(scope, _bounded(receive), send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self.local and not is_loopback(_host_name(host)):
            return say("request_host", host=host)
        # Behind a proxy that renames the host, the browser's own word counts.
        if origin is None or headers.get("sec-fetch-site") == "same-origin":
            return None
        return None if origin.partition("://")[2] == host else say("request_origin", origin=origin)


def belongs_to_api(path: str) -> bool:
    """Whether the API answers this path."""
    return any(path == p or path.startswith(f"{p}/") for p in PATHS)


def is_loopback(host: str) -> bool:
    """Whether the name or address is one of this machine to itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str:
    """Without the port; empty when it is no host at all."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    """The same request, ended with 413 once it is too long."""
    size = 0

    async def count() -> Message:
        nonlocal size
        event = await receive()
        size += len(event.get("body", b""))
        if size > MOST_BYTES:
            raise HTTPException(413, say("request_large", most=MOST_BYTES))
        return event

    return count
