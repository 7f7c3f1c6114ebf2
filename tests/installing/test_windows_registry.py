"""The registry's functions on a `winreg` of dictionaries, since there is no Windows here; elsewhere
there is none.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from xlperf.installing import windows_registry

KEY = r"HKCU\Software\xlperf-test"


class Winreg:
    """As much of Python's module `winreg` as is used, with the signatures its documentation
    gives.
    """

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE = 0x80000001, 0x80000002
    KEY_READ, KEY_WRITE, KEY_WOW64_64KEY = 0x20019, 0x20006, 0x0100
    REG_SZ, REG_BINARY, REG_DWORD = 1, 3, 4

    def __init__(self):
        self.keys = {}

    def _opened(self, hive, path):
        manager = SimpleNamespace(at=(hive, path))
        return type("Key", (), {"__enter__": lambda _: manager, "__exit__": lambda *_: None})()

    def OpenKey(self, key, sub_key, reserved=0, access=0x20019):
        if not any(
            hive == key and f"{path}\\".startswith(f"{sub_key}\\") for hive, path in self.keys
        ):
            raise FileNotFoundError(2, "The system cannot find the file specified")
        assert access & self.KEY_READ == self.KEY_READ
        return self._opened(key, sub_key)

    def CreateKeyEx(self, key, sub_key, reserved=0, access=0x20006):
        assert access == self.KEY_WRITE
        self.keys.setdefault((key, sub_key), {})
        return self._opened(key, sub_key)

    def _below(self, at):
        hive, path = at
        return sorted(
            {
                name[len(path) + 1 :].split("\\")[0]
                for key, name in self.keys
                if key == hive and name.startswith(f"{path}\\")
            }
        )

    def QueryInfoKey(self, key):
        return len(self._below(key.at)), len(self.keys.get(key.at, {})), 0

    def EnumValue(self, key, index):
        return list(self.keys[key.at].items())[index][0], *list(self.keys[key.at].values())[index]

    def EnumKey(self, key, index):
        return self._below(key.at)[index]

    def SetValueEx(self, key, value_name, reserved, kind, value):
        self.keys[key.at][value_name] = (value, kind)

    def DeleteKey(self, key, sub_key):
        if self._below((key, sub_key)):
            raise PermissionError(13, "Access is denied")
        if (key, sub_key) not in self.keys:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        del self.keys[(key, sub_key)]


@pytest.fixture
def windows(monkeypatch):
    made = Winreg()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", made)
    return made


def test_what_is_set_is_read_listed_and_deleted(windows):
    windows_registry.set_values(rf"{KEY}\Location10", {"Path": "C:\\D\\", "AllowSubFolders": 1})
    windows_registry.set_values(rf"{KEY}\Location11", {"Path": "C:\\E\\"})
    assert windows.keys[(windows.HKEY_CURRENT_USER, r"Software\xlperf-test\Location10")] == {
        "Path": ("C:\\D\\", windows.REG_SZ),
        "AllowSubFolders": (1, windows.REG_DWORD),
    }
    assert windows_registry.values(rf"{KEY}\Location10") == {
        "path": "C:\\D\\",
        "allowsubfolders": 1,
    }
    assert windows_registry.subkeys(KEY) == ("Location10", "Location11")
    windows_registry.delete_key(rf"{KEY}\Location10")
    windows_registry.delete_key(rf"{KEY}\Location10")
    assert windows_registry.subkeys(KEY) == ("Location11",)


def test_what_is_not_there_is_none_or_empty(windows):
    assert windows_registry.values(KEY) is None
    assert windows_registry.subkeys(KEY) == ()


def test_values_that_are_no_text_or_number_are_passed_over(windows):
    windows.keys[(windows.HKEY_LOCAL_MACHINE, "SOFTWARE")] = {
        "A": (b"\x01", windows.REG_BINARY),
        "B": ("b", windows.REG_SZ),
    }
    assert windows_registry.values(r"HKLM\SOFTWARE") == {"b": "b"}


def test_a_key_with_keys_below_is_not_deleted(windows):
    windows_registry.set_values(rf"{KEY}\Below", {"A": 1})
    windows_registry.set_values(KEY, {"A": 1})
    with pytest.raises(OSError, match="denied"):
        windows_registry.delete_key(KEY)


@pytest.mark.parametrize("key", [r"HKLM\SOFTWARE\xlperf", "HKCU", "Software"])
def test_only_keys_of_the_user_are_written(windows, key):
    with pytest.raises(PermissionError, match="Only keys of the user"):
        windows_registry.set_values(key, {"A": 1})
    with pytest.raises(PermissionError, match="Only keys of the user"):
        windows_registry.delete_key(key)
    assert windows.keys == {}
