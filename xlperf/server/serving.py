"""The command `serve`: start xlwings Server with xlperf's functions, for this computer alone by default.

Refresh is not offered: see `xlperf.server.project.custom_scripts`. What protects the server is said in `PROTECTION`.
"""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.errors import UsageError
from xlperf.installing import conf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.installing.machine import Machine

PROJECT = Path(__file__).parent / "project"
KEY, PROVIDERS, HOSTNAME, ORIGINS = (
    "XLWINGS_LICENSE_KEY", "XLWINGS_AUTH_PROVIDERS", "XLWINGS_HOSTNAME", "XLWINGS_CORS_ALLOW_ORIGINS",
)  # fmt: skip
DEFAULTS = {
    "XLWINGS_PROJECT_NAME": "xlperf",
    "XLWINGS_FUNCTIONS_NAMESPACE": "XLPERF",
    "XLWINGS_MANIFEST_ID_PROD": "6f1d7a52-3c0e-4e0b-9d57-1a2f0c9b8e44",  # of xlperf's add-in, the same at each start
    "XLWINGS_LOG_LEVEL": "WARNING",  # names of functions that are called are not logged, nor ever are their arguments
    ORIGINS: "[]",  # no web page but the add-in's own
    PROVIDERS: "[]",
}
"""Settings of xlwings Server; one that is set in the environment already stays."""
FIXED = {
    "XLWINGS_ENVIRONMENT": "prod",  # "dev" would answer with the program's own errors
    "XLWINGS_ENABLE_SOCKETIO": "false",
    "XLWINGS_ENABLE_EXAMPLES": "false",
    "XLWINGS_ENABLE_TESTS": "false",
    "XLWINGS_ENABLE_WASM": "false",
    "XLWINGS_APP_PATH": "",  # `guard` knows the paths as they are without
    "XLWINGS_STATIC_URL_PATH": "/static",
    "XLWINGS_PROJECT_DIR": str(PROJECT),
}
"""Settings that what is promised here rests on; the environment does not change them."""
ASKING = "entraid"
"""The one way in which xlwings Server can ask who somebody is that is ready to use; its other one is a sample."""
AT_ONCE = 64  #: requests answered at the same time; further ones are told to come again

LICENCE = """\
xlwings Server is not part of xlperf and has a licence of its own: PolyForm Noncommercial 1.0.0, or a paid one from
xlwings.org. By the text of the former, use by a public safety organisation or a government institution is a permitted
purpose (key: noncommercial). That is our reading and not legal advice; a company that runs it for them should ask.
xlperf itself is under the MIT licence.
"""
PROTECTION = {
    "loopback": "Only this computer can reach it; it asks nobody who they are.",
    "asking": "Other computers can reach it; callers sign in with Microsoft Entra ID.",
    "anyone": "Other computers can reach it, and IT ASKS NOBODY WHO THEY ARE: let only a network you trust reach it.",
}
NO_SERVER = (
    'xlwings Server is not installed. In the folder of xlperf run: python -m pip install ".[server]". '
    "It has a licence of its own: see the README."
)
NO_KEY = (
    "xlwings Server needs a licence key, and which one is yours to decide. Set the environment variable "
    f"{KEY} to the key you bought, or to noncommercial if the terms of that (PolyForm Noncommercial 1.0.0) fit you."
)


def licence_key(machine: Machine) -> str | None:
    """Find the key that xlwings will find: in the environment, or in the user's xlwings.conf."""
    return machine.variable(KEY) or conf.parsed(machine.read(conf.user_file(machine)) or b"").get("LICENSE_KEY") or None


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def environment(before: Mapping[str, str], key: str) -> dict[str, str]:
    """Settings of the server, for the environment."""
    return {**DEFAULTS, **before, **FIXED, KEY: key}


def names(host: str, hostname: str | None, *, anyone: bool) -> frozenset[str] | None:
    """Give the host names to answer to: those of this computer and the one it is said to have; None: any."""
    if anyone and not hostname:
        return None
    return frozenset(name.lower() for name in ("localhost", "127.0.0.1", "::1", host, hostname) if name)


def allowed(host: str, port: int, machine: Machine, *, anyone: bool) -> str:
    """Give the licence key, or refuse in one sentence what must not or cannot be started."""
    asking = _asking(machine)
    _check_origins(machine)
    if not is_loopback(host) and not anyone and not asking:
        raise UsageError(
            f"Other computers could reach {host}, and this server asks nobody who they are. Leave it on 127.0.0.1 "
            f'behind a proxy that does; or set {PROVIDERS} to ["{ASKING}"]; or say --anyone if you mean it.'
        )
    if find_spec("xlwings_server") is None:
        raise UsageError(NO_SERVER)
    key = licence_key(machine)
    if key is None:
        raise UsageError(NO_KEY)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (OSError, OverflowError) as error:
            raise UsageError(f"Cannot listen on {host}, port {port} ({error}). Give another --port.") from None
    return key


def protection(host: str, machine: Machine) -> str:
    """Say what stands between the server and others."""
    return PROTECTION["loopback" if is_loopback(host) else "asking" if _asking(machine) else "anyone"]


def _asking(machine: Machine) -> bool:
    """Whether callers must say who they are. Refuses a way of asking that lets everybody in who knows the sample."""
    providers = _listed(PROVIDERS, machine)
    if any(provider != ASKING for provider in providers):
        raise UsageError(
            f'{PROVIDERS} names {", ".join(map(str, providers))}. Only "{ASKING}" (Microsoft Entra ID) is ready '
            "to use; for another, put a proxy that asks before the server."
        )
    return bool(providers)


def _check_origins(machine: Machine) -> None:
    if "*" in _listed(ORIGINS, machine):
        raise UsageError(
            f"{ORIGINS} would let every web page call the functions. Name the addresses that need it, such as "
            '["https://xlperf.example.org"].'
        )


def _listed(name: str, machine: Machine) -> list[Any]:
    text = machine.variable(name) or "[]"
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise UsageError(f'{name} should be a list such as ["one", "two"], but is {text}')
    return found


def serve(host: str, port: int, *, anyone: bool) -> None:
    """Serve until interrupted."""
    from xlperf.installing.machine import ThisMachine

    machine = ThisMachine()
    key = allowed(host, port, machine, anyone=anyone)
    os.environ.update(environment(os.environ, key))  # before xlwings is imported: it reads its key then
    _forget_this_folder()
    app = _app(names(host, machine.variable(HOSTNAME), anyone=anyone))
    shown = f"[{host}]" if ":" in host else host
    print(LICENCE)
    print(f"Serving the functions on http://{shown}:{port}; the add-in's manifest is at /manifest. Stop with Ctrl+C.")
    print(protection(host, machine))
    print("Excel itself only loads add-ins over https: put a proxy with a certificate before it.", flush=True)
    import uvicorn

    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, limit_concurrency=AT_ONCE)


def _forget_this_folder() -> None:
    """Keep code that lies where the command was given from being run: xlwings Server looks for some by common names."""
    here = Path.cwd()
    sys.path[:] = [place for place in sys.path if place and Path(place).resolve() != here]


def _app(names: frozenset[str] | None) -> Any:
    """Give xlwings Server with the guard before it. Raises UsageError where the licence key is not accepted."""
    import xlwings

    try:
        from xlwings_server.main import main_app
    except xlwings.LicenseError as error:
        raise UsageError(f"xlwings does not accept the licence key: {error} It is taken from {KEY}.") from None
    from xlperf.server.guard import Guard

    return Guard(main_app, names)
