"""The real computer keeps the contract that the fake one keeps, as far as it goes without
Windows.
"""

from __future__ import annotations

import sys

import pytest

from tests.installing.fake_machine import FakeMachine
from xlperf.installing.machine import Machine
from xlperf.version import VERSION


@pytest.fixture(params=["this computer", "fake"])
def place(request, tmp_path):
    """A machine, and a folder on it."""
    if request.param == "fake":
        return FakeMachine(system="Linux"), "f"
    return Machine(), str(tmp_path)


def test_a_file_that_is_written_is_read_listed_copied_and_deleted(place):
    machine, folder = place
    file, other = f"{folder}/a.txt", f"{folder}/b.txt"
    assert machine.read(file) is None
    machine.write(file, b"one")
    machine.write(file, b"two")
    machine.copy(file, other)
    assert machine.read(other) == b"two"
    assert machine.names(folder) == ("a.txt", "b.txt")
    machine.delete(file)
    machine.delete(file)
    assert machine.names(folder) == ("b.txt",)


def test_what_is_not_there_is_none_or_empty(place):
    machine, folder = place
    assert machine.read(f"{folder}/none") is None
    assert machine.names(f"{folder}/none") == ()
    assert not machine.is_folder(f"{folder}/none")
    assert machine.path(machine.real(f"{folder}/none")) == machine.path(f"{folder}/none")
    assert machine.version("no-such-package") is None
    assert machine.missing_files("no-such-package") == ()
    assert machine.package_folder("no_such_package") is None
    assert machine.package_files("no-such-package", ".dll") == ()
    assert machine.variable("NO_SUCH_VARIABLE") is None
    assert machine.values("HKCU\\Software\\xlperf-no-such-key") is None
    assert machine.subkeys("HKCU\\Software\\xlperf-no-such-key") == ()


def test_every_question_of_the_contract_is_answered_by_both():
    asked = {name for name in vars(Machine) if not name.startswith("_")}
    assert asked <= set(dir(FakeMachine()))


def test_this_python_is_told():
    machine = Machine()
    assert machine.python.executable == sys.executable
    assert sys.prefix in machine.python.prefixes
    assert machine.python.base == sys.base_prefix
    assert machine.version("xlperf") == VERSION
    assert machine.is_folder(machine.package_folder("xlperf") or "")
    assert any(path.endswith("METADATA") for path in machine.package_files("xlwings", "METADATA"))


def test_code_of_a_package_that_is_gone_is_named(tmp_path, monkeypatch):
    folder = tmp_path / "taken-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: taken\nVersion: 1.0\n")
    (folder / "RECORD").write_text('taken.py,,\n"gone.pyd",,\nScripts/taken.exe,,\ngone.txt,,\n')
    (tmp_path / "taken.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert Machine().missing_files("taken") == (str(tmp_path / "gone.pyd"),)
    assert Machine().missing_files("numpy") == ()


def test_files_are_compiled(tmp_path):
    (tmp_path / "good.py").write_text("x = 1\n")
    assert Machine().compile(str(tmp_path))
    assert list((tmp_path / "__pycache__").glob("good.*.pyc"))
    (tmp_path / "bad.py").write_text("x = \n")
    assert not Machine().compile(str(tmp_path))


def test_a_folder_that_is_not_yet_there_may_be_written_when_the_one_above_may(tmp_path):
    assert Machine().may_write(str(tmp_path / "new" / "newer"))
    (tmp_path / "file").touch()
    assert not Machine().may_write(str(tmp_path / "file"))


def test_a_link_leads_where_it_leads(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert Machine().real(str(tmp_path / "link")) == str((tmp_path / "there").resolve())


@pytest.mark.skipif(sys.platform == "win32", reason="there is a registry")
def test_without_a_registry_nothing_is_read_and_writing_is_refused():
    machine = Machine()
    assert machine.values("HKLM\\SOFTWARE") is None
    with pytest.raises(OSError, match="no Windows registry"):
        machine.set_values("HKCU\\Software\\xlperf", {"a": 1})
    with pytest.raises(OSError, match="no Windows registry"):
        machine.delete_key("HKCU\\Software\\xlperf")
