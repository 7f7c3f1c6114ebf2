"""The Windows registry in four functions. Elsewhere it is empty, and cannot be written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_REGISTRY = "This computer has no Windows registry."
WRITABLE = "HKCU\\"  #: only what belongs to the user is ever written, which needs no administrator
NOT_OF_THE_USER = "Only keys of the user are written."


def values(key: str) -> Mapping[str, str | int] | None:
    """Text and number values of a key, names in lower case; None: no such key, or unreadable."""
    if sys.platform == "win32":
        import winreg

        hive, path = _parts(key)
        try:
            with winreg.OpenKey(hive, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                number = winreg.QueryInfoKey(opened)[1]
                found = [winreg.EnumValue(opened, position) for position in range(number)]
        except OSError:
            return None
        return {name.lower(): value for name, value, _ in found if isinstance(value, (str, int))}
    return None


def subkeys(key: str) -> tuple[str, ...]:
    """Names of the keys below a key."""
    if sys.platform == "win32":
        import winreg

        hive, path = _parts(key)
        try:
            with winreg.OpenKey(hive, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
                number = winreg.QueryInfoKey(opened)[0]
                return tuple(winreg.EnumKey(opened, position) for position in range(number))
        except OSError:
            return ()
    return ()


def set_values(key: str, values: Mapping[str, str | int]) -> None:
    """Make a key of the user and set values in it, text as REG_SZ, numbers as REG_DWORD; raises
    OSError where that cannot be.
    """
    if sys.platform == "win32":
        import winreg

        hive, path = _parts(key, writing=True)
        with winreg.CreateKeyEx(hive, path, 0, winreg.KEY_WRITE) as opened:
            for name, value in values.items():
                kind = winreg.REG_SZ if isinstance(value, str) else winreg.REG_DWORD
                winreg.SetValueEx(opened, name, 0, kind, value)
    else:
        raise OSError(NO_REGISTRY)


def delete_key(key: str) -> None:
    """Delete a key of the user that has no keys below it; nothing happens if there is none."""
    if sys.platform == "win32":
        import winreg

        hive, path = _parts(key, writing=True)
        try:
            winreg.DeleteKey(hive, path)
        except FileNotFoundError:
            return
    else:
        raise OSError(NO_REGISTRY)


def _parts(key: str, *, writing: bool = False) -> tuple[int, str]:
    """Give hive and path of a key."""
    import winreg

    if writing and not key.startswith(WRITABLE):
        raise PermissionError(NOT_OF_THE_USER)
    hive, _, path = key.partition("\\")
    number: int = getattr(winreg, {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}[hive])
    return number, path
