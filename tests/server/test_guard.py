"""What stands before the server: what it lets through, what it refuses, and that a refusal tells nothing."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.server import guard
from xlperf.server.guard import CALL, MOST, PAGES, Guard

NAMES = frozenset(("localhost", "127.0.0.1", "::1", "xlperf.example"))


async def echo(scope, receive, send):
    """An application that answers with the body it was sent."""
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def answered(app, path=CALL, method="POST", host="localhost:8000", body=(b"",), headers=(), names=NAMES):
    """Status and text that a request is answered with."""
    chunks = iter(
        [{"type": "http.request", "body": part, "more_body": at < len(body) - 1} for at, part in enumerate(body)]
    )
    sent = []

    async def receive():
        return next(chunks)

    async def send(message):
        sent.append(message)

    given_headers = [(b"Host", host.encode("latin-1")), *headers]
    scope = {"type": "http", "path": path, "method": method, "headers": given_headers}
    asyncio.run((app if isinstance(app, Guard) else Guard(app, names))(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return sent[0]["status"], sent[1]["body"]


def test_a_call_reaches_the_server_whole_however_it_is_cut():
    assert answered(echo, body=(b"one ", b"two ", b"three")) == (200, b"one two three")


def test_after_the_body_the_server_is_told_when_the_caller_goes_away():
    coming, heard = [{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}], []

    async def app(scope, receive, send):
        heard.extend([(await receive())["type"], (await receive())["type"]])

    async def receive():
        return coming.pop(0)

    scope = {"type": "http", "path": CALL, "method": "POST", "headers": [(b"host", b"localhost")]}
    asyncio.run(Guard(app, NAMES)(scope, receive, None))
    assert heard == ["http.request", "http.disconnect"]


@pytest.mark.parametrize("path", [*sorted(PAGES), "/static/js/main.js"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_pages_of_the_add_in_are_read(path, method):
    assert answered(echo, path, method)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/xlwings/custom-scripts-call/refresh", "/xlwings/alert", "/docs", "/static", "/xlwings/", "/../etc", CALL + "/"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_is_there(path, method):
    assert answered(echo, path, method)[0] == 404


@pytest.mark.parametrize(
    ("path", "method"), [("/manifest", "POST"), (CALL, "GET"), (CALL, "DELETE"), ("/static/x", "PUT")]
)
def test_nothing_is_done_but_reading_pages_and_calling_functions(path, method):
    assert answered(echo, path, method)[0] == 405


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]", "xlperf.example"]
)
def test_it_answers_to_its_names(host):
    assert answered(echo, host=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "evil.example:8000", "[::2]", "[", "\xff"]
)
def test_a_web_page_that_leads_its_own_name_here_reaches_nothing(host):
    assert answered(echo, host=host)[0] == 421
    assert answered(echo, host=host, names=None)[0] == 200


def test_a_request_may_be_large_but_not_larger():
    assert answered(echo, body=(b"x" * MOST,))[0] == 200
    assert answered(echo, body=(b"x" * MOST, b"x"))[0] == 413


@pytest.mark.parametrize("length", [str(MOST + 1), "9" * 30, "-1", "many", ""])
def test_a_length_that_is_too_large_or_none_is_refused_before_anything_is_read(length):
    async def never(scope, receive, send):
        raise AssertionError

    assert answered(never, headers=[(b"Content-Length", length.encode())], body=())[0] == 413


def test_a_request_that_does_not_arrive_is_given_up(monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE", 0.01)
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": CALL, "method": "POST", "headers": [(b"host", b"localhost")]}
    asyncio.run(Guard(echo, NAMES)(scope, receive, send))
    assert sent[0]["status"] == 408


def test_a_fault_is_answered_without_code_paths_or_the_request_and_logged_once(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))

    async def failing(scope, receive, send):
        message = "secret of the request"
        raise RuntimeError(message)

    app = Guard(failing, NAMES)
    for _ in range(3):
        status, text = answered(app)
        assert status == 500
        assert text == guard.FAULT[1].encode()
    assert (tmp_path / "xlperf" / "xlperf.log").read_text(encoding="utf-8").count("Traceback") == 1


def test_a_fault_after_the_answer_began_says_no_more(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))

    async def failing(scope, receive, send):
        await echo(scope, receive, send)
        raise RuntimeError

    assert answered(failing, body=(b"begun",)) == (200, b"begun")


def test_faults_do_not_fill_the_log(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(guard, "MOST_LOGGED", 3)

    async def failing(scope, receive, send):
        raise RuntimeError((await receive())["body"].decode())

    app = Guard(failing, NAMES)
    for number in range(6):
        answered(app, body=(str(number).encode(),))
    assert (tmp_path / "xlperf" / "xlperf.log").read_text(encoding="utf-8").count("Traceback") == 3


def test_start_and_end_of_the_server_are_passed_on_and_web_sockets_are_not():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    async def send(message):
        seen.append(message["type"])

    asyncio.run(Guard(app, NAMES)({"type": "lifespan"}, None, send))
    asyncio.run(Guard(app, NAMES)({"type": "websocket"}, None, send))
    assert seen == ["lifespan", "websocket.close"]


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=40))
def test_no_host_is_taken_for_a_name_that_it_does_not_begin_with(host):
    name = guard._name(host)
    assert name not in NAMES or host.lower().lstrip("[").startswith(name)
