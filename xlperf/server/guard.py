"""What stands before xlwings Server: only the paths that an add-in of functions needs, small requests, plain refusals.

Rules. A request is for a name this server goes by, so that a web page that leads its own name here reaches nothing. A
body is read whole, and never more than `MOST`, before anything else sees it. Whatever fails is logged; what is answered
never quotes the request, a path or code.

Written to the ASGI specification, version 3: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf import logbook

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

MOST = 4 << 20
"""Bytes of a request: far above the largest the functions take, a Workings table of some 100 kB."""
PATIENCE = 30  #: seconds in which a request must have arrived whole
MOST_LOGGED, LONGEST = 200, 200
"""Faults logged before the server is started again, each once, lest a caller fill the disk; letters that tell them."""

CALL = "/xlwings/custom-functions-call"
PAGES = frozenset(
    (
        "/", "/favicon.ico", "/manifest", "/manifest.xml", "/manifest/download", "/taskpane", "/taskpane.html",
        "/xlwings/custom-functions-meta", "/xlwings/custom-functions-meta.json",
        "/xlwings/custom-functions-code", "/xlwings/custom-functions-code.js",
        "/xlwings/custom-scripts-meta", "/xlwings/custom-scripts-meta.json",
    )
)  # fmt: skip
FILES = "/static/"
READING = ("GET", "HEAD", "OPTIONS")
WRITING = ("POST", "OPTIONS")

NO_SUCH = 404, "There is nothing here."
NO_METHOD = 405, "This is not done here."
NOT_THIS = 421, "This server does not go by that name. Set XLWINGS_HOSTNAME to the name it is reached by."
TOO_LARGE = 413, f"The request is larger than {MOST >> 20} MB."
TOO_SLOW = 408, "The request took too long to arrive."
FAULT = 500, "A fault of the program. The log of xlperf on the server says more."


class Guard:
    """An ASGI application around another."""

    def __init__(self, app: App, names: frozenset[str] | None) -> None:
        """Guard `app`. `names`: host names it answers to, in lower case; None: any."""
        self._app = app
        self._names = names
        self._logged: set[str] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it. Of other kinds only the server's start and end are passed on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._refusal(scope)
        if refusal is None:
            try:
                async with asyncio.timeout(PATIENCE):
                    body = await _body(receive)
            except TimeoutError:
                refusal = TOO_SLOW
            else:
                refusal = TOO_LARGE if body is None else None
        if refusal is None:
            await self._answered(scope, _replayed(body or b"", receive), send)
        else:
            await _refuse(send, *refusal)

    def _refusal(self, scope: Message) -> tuple[int, str] | None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        path, method = scope["path"], scope["method"]
        if self._names is not None and _name(headers.get(b"host", b"").decode("latin-1")) not in self._names:
            return NOT_THIS
        known = path == CALL or path in PAGES or path.startswith(FILES)
        if not known:
            return NO_SUCH
        if method not in (WRITING if path == CALL else READING):
            return NO_METHOD
        length = headers.get(b"content-length", b"0")
        return TOO_LARGE if not length.isdigit() or int(length) > MOST else None

    async def _answered(self, scope: Message, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the last resort: a sentence for the caller, the traceback for the log
            kind = f"{type(error).__name__}: {error}"[:LONGEST]
            if len(self._logged) < MOST_LOGGED and kind not in self._logged:
                self._logged.add(kind)
                logbook.logged(error, state="no figure was given")
            if not begun:
                await _refuse(send, *FAULT)


def _name(host: str) -> str:
    """Give the name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


async def _body(receive: Receive) -> bytes | None:
    """Read a request's body; None: it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(send: Send, status: int, sentence: str) -> None:
    content = sentence.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(content)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
