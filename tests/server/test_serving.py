"""The server: what it refuses to start, and its functions as an add-in in Excel calls them, over HTTP on loopback.

The requests are those that the JavaScript of xlwings Server 1.20 makes (custom-functions-code.js). Which licence of
xlwings Server fits is for whoever runs the tests to decide: without a key in the environment they are skipped.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from urllib.parse import urlsplit

import pytest
from installing.fake_machine import PROFILE, FakeMachine

from xlperf import udfs
from xlperf.addin.registry import FUNCTIONS
from xlperf.cli import WRONG_USAGE, main
from xlperf.errors import UsageError
from xlperf.server import guard, serving

PATIENCE = 60  #: seconds for the server to start
KEY = {serving.KEY: "a-key"}
HERE = "https://xlperf.example"
MONTHS = [302, 310, 298, 325, 330, 341, 322, 318, 305, 299, 312, 320, 331, 340, 328, 315, 322, 317]
DATES = [(date(2012 + (3 + i) // 12, (3 + i) % 12 + 1, 1) - date(1899, 12, 30)).days for i in range(36)]
"""Firsts of months as Excel sends dates: as serial numbers."""
CALL, META = guard.CALL, "/xlwings/custom-functions-meta.json"
needs_server = pytest.mark.skipif(
    find_spec("xlwings_server") is None or serving.KEY not in os.environ,
    reason=f"needs xlwings-server (pip install '.[server]') and its licence key in {serving.KEY}",
)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def serving_in(folder, *options, **variables):
    """A server started by the command in a folder: its address and what it prints."""
    port, log = free_port(), folder / "log.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "xlperf", "serve", "--port", str(port), *options],
            env=os.environ | {"LOCALAPPDATA": str(folder)} | variables,
            cwd=folder,
            stdout=stream,
            stderr=stream,
        )
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
    try:
        while asked(f"{address}/") is None:
            if time.monotonic() > end or process.poll() is not None:
                pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.2)
        yield address, log
    finally:
        process.terminate()
        process.wait(timeout=20)


def asked(address, data=None, headers=None, method=None):
    """Status, text and headers of an answer; None: nobody answers."""
    request = urllib.request.Request(address, data, headers or {}, method=method)  # noqa: S310 - an address on loopback
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode(errors="replace"), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers
    except OSError:
        return None


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Address of a server for this computer, and what it prints."""
    folder = tmp_path_factory.mktemp("server")
    for name in ("models/user.py", "routers/custom.py", "lifespan.py", "custom_functions/__init__.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"open({str(folder / 'run')!r}, 'w').write({name!r})\n", encoding="utf-8")
    with serving_in(folder) as started:
        yield started


def payload(name, *arguments) -> bytes:
    """What Office.js sends for a call: every argument a matrix, a blank one of None."""
    return json.dumps(
        {
            "func_name": name,
            "args": [value if isinstance(value, list) else [[value]] for value in arguments],
            "caller_address": "Dashboard.xlsm[Sheet1]!A1",
            "session_id": "1",
            "culture_info_name": "en-GB",
            "date_format": "dd/mm/yyyy",
            "version": "placeholder",
            "client": "Office.js",
            "runtime": "1.4",
        }
    ).encode()


def called(address, name, *arguments):
    status, text, _ = asked(address + CALL, payload(name, *arguments), {"Content-Type": "application/json"})
    assert status == 200, text
    return json.loads(text)["result"]


def column(values) -> list[list[object]]:
    return [[value] for value in values]


@needs_server
def test_every_function_is_offered_with_its_arguments(server):
    offered = {item["id"]: item for item in json.loads(asked(server[0] + META)[1])["functions"]}
    assert set(offered) == {function.name for function in FUNCTIONS}
    code = asked(f"{server[0]}/xlwings/custom-functions-code.js")[1]
    for function in FUNCTIONS:
        names = [item["name"] for item in offered[function.name]["parameters"]]
        optional = [item.get("optional", False) for item in offered[function.name]["parameters"]]
        assert names == [item.name for item in function.arguments]
        assert optional == [item.optional for item in function.arguments]
        assert f'CustomFunctions.associate("{function.name}", {function.name});' in code


CALLS = {
    "XP_SPC": (column(MONTHS), "up", "mean"),
    "XP_LINES": ([MONTHS], "mean"),
    "XP_XMR": (column(MONTHS), 2),
    "XP_RUN": ([MONTHS],),
    "XP_CHANGE": (column(MONTHS[:12]), column(MONTHS[6:])),
    "XP_PROJECTION": (column(MONTHS * 2), 30),
    "XP_OFFENCES": (column(DATES), column(MONTHS * 2)),
    "XP_POSITION": (5, [[1, 2, 5, 7, 8, 9]]),
    "XP_MSG": (5, column([1, 2, 5, 7, 8, 9])),
    "XP_SURVEY": (84.2, 410, 83.4, 395),
    "XP_WILSON": (37.5, 32),
    "XP_MARGIN": (32,),
    "XP_ATTAINABLE": (37.5, 65),
    "XP_WHY": ("SP12_offences", [["Line", "Explanation"], ["SP12_offences", "AMBER: 4,253 ..."]]),
}


@needs_server
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_function_answers_an_add_in_as_it_answers_a_cell_of_excel(server, function):
    given = CALLS[function.name]
    expected = udfs.answer(function, given)
    assert "#XLPERF!" not in str(expected)
    rows = expected if isinstance(expected, (list, tuple)) else [[expected]]
    rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in rows]
    assert called(server[0], function.name, *given) == rows
    blanks = [None] * (len(function.arguments) - len(given))
    assert called(server[0], function.name, *given, *blanks) == rows


@needs_server
def test_input_that_cannot_be_used_is_answered_with_a_sentence(server):
    [[text]] = called(server[0], "XP_SPC", [["a"], ["b"]])
    assert text.startswith("#XLPERF! XP_SPC: ")
    assert len(text) <= 255


BAD = {
    "no JSON": b"[1",
    "no object": b"[1]",
    "nothing": b"{}",
    "no such function": payload("XP_NONE"),
    "not a function of ours": payload("__import__", "os"),
    "too few arguments": payload("XP_POSITION"),
    "too many arguments": payload("XP_MARGIN", *range(10)),
    "arguments that are no ranges": json.dumps({**json.loads(payload("XP_MARGIN")), "args": {"a": 1}}).encode(),
    "a number beyond numbers": payload("XP_MARGIN", 1).replace(b"[[1]]", b"[[1e999]]"),
    "deep": b'{"func_name":' * 5000,
}


@needs_server
@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_whatever_is_sent_no_code_and_no_path_comes_back_and_it_goes_on(server, body):
    _, text, _ = asked(server[0] + CALL, body, {"Content-Type": "application/json"})
    assert not any(sign in text for sign in ("Traceback", "site-packages", ".py", "Error(", "attribute"))
    assert called(server[0], "XP_POSITION", 5, [[1, 2, 5, 7, 8, 9]]) == [["3rd of 6"]]


@needs_server
def test_a_request_that_is_too_large_is_refused_before_it_is_sent(server):
    with socket.create_connection(("127.0.0.1", urlsplit(server[0]).port), timeout=20) as line:
        length = f"Content-Length: {guard.MOST + 1}"
        line.sendall(f"POST {CALL} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(4096), b"")).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert answer.endswith(guard.TOO_LARGE[1])


@needs_server
def test_no_script_is_offered_and_none_is_run(server):
    assert json.loads(asked(f"{server[0]}/xlwings/custom-scripts-meta.json")[1]) == []
    assert asked(f"{server[0]}/xlwings/custom-scripts-call/refresh", b"{}")[0] == 404


@needs_server
def test_another_name_than_its_own_is_not_answered_to(server):
    assert asked(server[0] + META, headers={"Host": "evil.example"})[0] == 421


@needs_server
def test_no_other_web_page_may_call_it(server):
    for method, data in (("OPTIONS", None), ("POST", payload("XP_MARGIN", 32))):
        headers = {
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": "POST",
            "Content-Type": "application/json",
        }
        assert "Access-Control-Allow-Origin" not in asked(server[0] + CALL, data, headers, method)[2]


@needs_server
def test_the_pages_of_the_add_in_and_all_they_load_are_there(server):
    page = asked(f"{server[0]}/taskpane.html")[1]
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(loaded) > 5
    assert [path for path in loaded if asked(server[0] + path)[0] != 200] == []
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


@needs_server
def test_the_manifest_is_that_of_xlperf(server):
    manifest = asked(f"{server[0]}/manifest")[1]
    assert serving.DEFAULTS["XLWINGS_MANIFEST_ID_PROD"] in manifest
    assert 'DisplayName DefaultValue="xlperf"' in manifest


@needs_server
def test_at_the_start_the_licence_and_what_protects_it_are_said(server):
    text = server[1].read_text(encoding="utf-8")
    assert "PolyForm Noncommercial 1.0.0" in text
    assert "not legal advice" in text
    assert serving.PROTECTION["loopback"] in text


@needs_server
def test_code_that_lies_where_it_was_started_is_not_run(server):
    assert not (server[1].parent / "run").exists()


@needs_server
def test_where_callers_must_sign_in_nobody_else_is_answered_and_only_named_pages_may_ask(tmp_path):
    variables = {
        serving.PROVIDERS: '["entraid"]',
        "XLWINGS_AUTH_ENTRAID_TENANT_ID": "00000000-0000-0000-0000-000000000001",
        "XLWINGS_AUTH_ENTRAID_CLIENT_ID": "00000000-0000-0000-0000-000000000002",
        serving.ORIGINS: json.dumps([HERE]),
        serving.HOSTNAME: "xlperf.example",
    }
    with serving_in(tmp_path, **variables) as (address, _):
        headers = {"Content-Type": "application/json", "Host": "xlperf.example", "Origin": HERE}
        for token in ({}, {"Authorization": "test-token"}, {"Authorization": "Bearer"}):
            status, text, answered = asked(address + CALL, payload("XP_MARGIN", 32), headers | token)
            assert status == 401
            assert "result" not in text
            assert answered["Access-Control-Allow-Origin"] == HERE
        assert "xlperf.example" in asked(f"{address}/manifest", headers={"Host": "xlperf.example"})[1]


@needs_server
def test_a_licence_key_that_xlwings_does_not_accept_is_told_in_a_sentence(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "xlperf", "serve", "--port", str(free_port())],
        env=os.environ | {serving.KEY: "no key"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == WRONG_USAGE
    assert result.stderr.startswith("xlperf: xlwings does not accept the licence key: ")
    assert result.stderr.count("\n") == 1


@pytest.fixture
def with_server(monkeypatch):
    """As if xlwings Server were installed."""
    monkeypatch.setattr(serving, "find_spec", lambda name: name)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "localhost", "LOCALHOST", "::1"])
def test_addresses_of_this_computer_are_told(host):
    assert serving.is_loopback(host)
    assert serving.protection(host, FakeMachine()) == serving.PROTECTION["loopback"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "dashboard.example", "", "127.0.0.1.example"])  # noqa: S104
def test_an_address_that_others_reach_is_refused_unless_meant(host):
    assert not serving.is_loopback(host)
    with pytest.raises(UsageError, match="asks nobody who they are"):
        serving.allowed(host, 8000, FakeMachine(variables=KEY), anyone=False)


@pytest.mark.parametrize(
    ("anyone", "variables", "said"), [(True, {}, "anyone"), (False, {serving.PROVIDERS: '["entraid"]'}, "asking")]
)
def test_an_address_that_others_reach_is_served_when_meant_or_when_callers_sign_in(
    with_server, anyone, variables, said
):
    machine = FakeMachine(variables=KEY | variables)
    assert serving.allowed("0.0.0.0", free_port(), machine, anyone=anyone) == "a-key"  # noqa: S104
    assert serving.protection("0.0.0.0", machine) == serving.PROTECTION[said]  # noqa: S104


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({serving.PROVIDERS: '["custom"]'}, "ready to use"),
        ({serving.PROVIDERS: '["entraid", "custom"]'}, "ready to use"),
        ({serving.PROVIDERS: "entraid"}, "should be a list"),
        ({serving.PROVIDERS: '{"entraid": 1}'}, "should be a list"),
        ({serving.ORIGINS: '["*"]'}, "every web page"),
        ({serving.ORIGINS: "*"}, "should be a list"),
    ],
)
def test_settings_that_would_let_everybody_in_are_refused(with_server, variables, why):
    with pytest.raises(UsageError, match=why):
        serving.allowed("127.0.0.1", free_port(), FakeMachine(variables=KEY | variables), anyone=True)


def test_it_answers_to_its_names_and_to_any_only_when_no_name_is_known():
    assert serving.names("127.0.0.1", None, anyone=False) == {"localhost", "127.0.0.1", "::1"}
    assert "xlperf.example" in serving.names("0.0.0.0", "XLPERF.example", anyone=True)  # noqa: S104
    assert serving.names("0.0.0.0", None, anyone=True) is None  # noqa: S104


def test_without_a_licence_key_it_does_not_start_and_chooses_none(with_server):
    with pytest.raises(UsageError, match="yours to decide"):
        serving.allowed("127.0.0.1", free_port(), FakeMachine(), anyone=False)


@pytest.mark.parametrize("where", ["environment", "settings of xlwings"])
def test_the_licence_key_is_taken_where_xlwings_takes_it(with_server, where):
    machine = FakeMachine()
    if where == "environment":
        machine.variables |= KEY
    else:
        machine.files[PROFILE + r"\.xlwings\xlwings.conf"] = b'"LICENSE_KEY","a-key"\r\n'
    assert serving.allowed("127.0.0.1", free_port(), machine, anyone=False) == "a-key"


def test_a_port_in_use_is_told_in_a_sentence(with_server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="Give another --port"):
            serving.allowed("127.0.0.1", taken.getsockname()[1], FakeMachine(variables=KEY), anyone=False)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_told_in_a_sentence(with_server, port):
    with pytest.raises(UsageError, match="Give another --port"):
        serving.allowed("127.0.0.1", port, FakeMachine(variables=KEY), anyone=False)


def test_settings_of_the_environment_outrank_those_of_xlperf_but_not_what_protects():
    made = serving.environment({"XLWINGS_PROJECT_NAME": "ours", "XLWINGS_ENVIRONMENT": "dev", "PATH": "p"}, "key")
    assert made["XLWINGS_PROJECT_NAME"] == "ours"
    assert made["PATH"] == "p"
    assert made[serving.KEY] == "key"
    assert {name: made[name] for name in serving.FIXED} == serving.FIXED
    assert made["XLWINGS_ENVIRONMENT"] == "prod"


def test_where_the_server_is_not_installed_it_says_how_to(monkeypatch, capsys):
    monkeypatch.setattr(serving, "find_spec", lambda name: None)
    assert main(["serve"]) == WRONG_USAGE
    assert '".[server]"' in capsys.readouterr().err
