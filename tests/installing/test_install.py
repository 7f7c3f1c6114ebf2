"""Setting up: what it writes, that it keeps what others wrote, that it can be taken back."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.installing.fake_machine import DASHBOARDS, PROFILE, PYTHON, VENV, FakeMachine, snapshot
from xlperf import outcome
from xlperf.cli import main
from xlperf.ending import DONE, WRONG_USAGE
from xlperf.errors import SetupError, UsageError, WrittenState
from xlperf.installing import conf, office_keys, record
from xlperf.installing.performing import perform
from xlperf.version import INSTALL_XLWINGS

CONF = PROFILE + r"\.xlwings\xlwings.conf"
SHORT = r"%LOCALAPPDATA%\xlperf\.venv\Scripts\python.exe"
DLL = "xlwings64-0.37.8.dll"
RECORD = PROFILE + r"\AppData\Local\xlperf\installed.json"
OTHER = r"C:\Other\python.exe"
USER_BASE = PROFILE + r"\AppData\Roaming\Python"
LOCATIONS = rf"{office_keys.USER_SECURITY}\{office_keys.TRUSTED}"


def run(machine, **options):
    return perform(machine, progress=lambda _: None, **options)


def with_dll(folder=VENV, more=None):
    return FakeMachine(files={rf"{folder}\{DLL}": b"dll", **(more or {})})


def test_the_first_time_excel_is_told_where_python_is():
    machine = with_dll()
    told = run(machine)
    assert machine.files[CONF] == f'"INTERPRETER_WIN","{SHORT}"\r\n'.encode()
    assert CONF in told
    assert "python -m xlperf install --remove" in told


def test_the_path_is_written_with_a_variable_that_leads_back_to_it():
    machine = FakeMachine()
    assert conf.expanded(conf.shortened(PYTHON, machine), machine) == PYTHON


def test_a_path_with_other_letters_is_written_in_plain_ascii_where_a_variable_allows():
    machine = FakeMachine(variables={"LOCALAPPDATA": "C:\\Users\\Zoë\\AppData\\Local"})
    assert conf.shortened("C:\\Users\\Zoë\\AppData\\Local\\p\\python.exe", machine).isascii()


def test_other_settings_stay_and_what_stood_there_is_told():
    before = (
        b'"LICENSE_KEY","abc"\n"INTERPRETER_WIN","C:\\Old\\python.exe"\n# mine\n"SHOW'
        b' CONSOLE","False"'
    )
    machine = with_dll(more={CONF: before})
    told = run(machine)
    assert machine.files[CONF] == before.replace(b"C:\\Old\\python.exe", SHORT.encode())
    assert r"(was C:\Old\python.exe)" in told
    assert r"another Python (C:\Old\python.exe)" in told


@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [b'"A","1"', b"\r\n", b"\n", b"\r", b"Zo\xeb", b"\xef\xbb\xbf", b'"', b",,"]
        )
    ).map(b"".join)
)
def test_setting_a_key_keeps_every_byte_of_others_and_taking_it_out_gives_them_back(other):
    """Whatever the bytes are: ends of lines, code pages and lines that are no setting included."""
    if conf.INTERPRETER in conf.parsed(other):
        return
    with_key = conf.updated(other, conf.INTERPRETER, SHORT)
    assert with_key.startswith(other)
    assert conf.updated(with_key, conf.INTERPRETER, None).rstrip(b"\r\n") == other.rstrip(b"\r\n")
    assert conf.updated(with_key, conf.INTERPRETER, OTHER).startswith(other)


def test_a_line_is_replaced_where_it_stands():
    before = b'"A","1"\r\n"interpreter_win" ,"x"\n"B","2"'
    assert (
        conf.updated(before, "INTERPRETER_WIN", "y") == b'"A","1"\r\n"INTERPRETER_WIN","y"\n"B","2"'
    )
    assert (
        conf.updated(b'"A","1"', "INTERPRETER_WIN", "y") == b'"A","1"\r\n"INTERPRETER_WIN","y"\r\n'
    )


def test_a_second_time_nothing_is_written():
    machine = with_dll()
    run(machine, trust=DASHBOARDS)
    before = snapshot(machine)
    told = run(machine, trust=DASHBOARDS)
    assert snapshot(machine) == before
    assert "write" not in told


def test_a_dry_run_says_the_same_and_does_nothing():
    machine, other = with_dll(USER_BASE), with_dll(USER_BASE)
    before = snapshot(machine)
    told = run(machine, trust=DASHBOARDS, dry_run=True)
    assert snapshot(machine) == before
    assert machine.compiled == []
    assert told.splitlines()[1:] == run(other, trust=DASHBOARDS).splitlines()[1:]


@pytest.mark.parametrize("folder", [VENV, VENV + r"\Scripts"])
def test_a_dll_where_excel_looks_is_left_alone(folder):
    machine = with_dll(folder)
    assert "copy" not in run(machine)


def test_a_dll_that_pip_put_elsewhere_is_copied_beside_python():
    machine = with_dll(USER_BASE)
    run(machine)
    assert machine.files[rf"{VENV}\Scripts\{DLL}"] == b"dll"


def test_where_only_an_administrator_may_write_the_rest_is_done_and_the_dll_is_told():
    machine = with_dll(USER_BASE)
    target = rf"{VENV}\Scripts\{DLL}"
    machine.refuses = frozenset((target,))
    told = run(machine, trust=DASHBOARDS)
    assert "only an administrator may" in told
    assert f"copy {USER_BASE}" not in told
    assert target not in machine.files
    assert CONF in machine.files
    assert rf"{LOCATIONS}\Location10" in machine.registry


def test_a_dll_is_found_by_the_package_s_own_list_of_files():
    place = rf"D:\target\data\{DLL}"
    machine = FakeMachine(files={place: b"dll"}, package_dlls=(place,))
    run(machine)
    assert machine.files[rf"{VENV}\Scripts\{DLL}"] == b"dll"


def test_both_kinds_of_dll_are_copied_since_excel_may_be_32_bit():
    machine = with_dll(USER_BASE, {USER_BASE + r"\xlwings32-0.37.8.dll": b"dll32"})
    run(machine)
    assert machine.files[VENV + r"\Scripts\xlwings32-0.37.8.dll"] == b"dll32"


def test_a_dll_of_another_version_does_not_count():
    machine = FakeMachine(files={VENV + r"\xlwings64-0.30.0.dll": b"old"})
    assert "pip install --force-reinstall" in run(machine)


def test_without_xlwings_it_says_what_to_install():
    machine = with_dll()
    del machine.versions["xlwings"]
    assert INSTALL_XLWINGS in run(machine)


def test_packages_are_compiled_and_one_that_fails_is_told():
    machine = with_dll()
    machine.compiles = False
    told = run(machine)
    assert [folder.rpartition("\\")[2] for folder in machine.compiled] == [
        "xlperf",
        "xlwings",
        "numpy",
        "scipy",
    ]
    assert "a little slower" in told


def test_nothing_is_trusted_unless_asked():
    machine = with_dll()
    run(machine)
    assert machine.registry == {}


def test_a_folder_is_trusted_under_a_free_number_without_the_folders_below():
    machine = with_dll()
    machine.registry[rf"{LOCATIONS}\Location10"] = {"Path": "C:\\Other\\"}
    run(machine, trust=DASHBOARDS)
    assert machine.registry[rf"{LOCATIONS}\Location11"] == {
        "Path": DASHBOARDS + "\\",
        "Description": "xlperf",
    }


def test_a_folder_that_is_trusted_already_is_not_added_again():
    machine = with_dll()
    machine.registry[rf"{LOCATIONS}\Location3"] = {"Path": "c:\\dashboards\\"}
    run(machine, trust=DASHBOARDS)
    assert list(machine.registry) == [rf"{LOCATIONS}\Location3"]


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("\\\\server\\share", "network"),
        ("//server/share", "network"),
        ("Dashboards", "not a full path"),
        ("C:Dashboards", "not a full path"),
        (DASHBOARDS + "\\..\\Windows", "not a full path"),
        ("C:\\", "too wide"),
        ("C:\\Users", "too wide"),
        (PROFILE, "too wide"),
        (PROFILE.lower() + "\\downloads", "too wide"),
        (PROFILE + "\\Desktop", "too wide"),
        (PROFILE + "\\AppData\\Local\\Temp", "too wide"),
        (PROFILE + "\\AppData\\Local", "too wide"),
        (PROFILE + "\\OneDrive\\Documents", "too wide"),
        (PROFILE + "\\AppData\\Local\\Temp\\Unpacked", "too wide"),
        (PROFILE + "\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook", "too wide"),
        (PROFILE + "\\AppData\\Local\\Microsoft", "too wide"),
        ("C:\\Program Files (x86)", "too wide"),
        ("D:\\Loaded", "too wide"),
        ("C:\\Link to downloads", "too wide"),
        ("X:\\Dashboards", "network"),
        ("S:\\", "too wide"),
        ("C:\\Nowhere", "no folder"),
    ],
)
def test_a_folder_that_would_open_the_door_too_wide_is_refused_before_anything_is_done(folder, why):
    machine = with_dll(USER_BASE)
    machine.variables |= {
        "OneDrive": PROFILE + "\\OneDrive",
        "ProgramFiles(x86)": "C:\\Program Files (x86)",
        "Data": "D:",
    }
    machine.registry[office_keys.SHELL_FOLDERS] = {
        "{374DE290-123F-4565-9164-39C4925E467B}": r"%Data%\Loaded"
    }
    machine.links = {
        "C:\\Link to downloads": PROFILE + "\\Downloads",
        "X:\\Dashboards": "\\\\server\\share\\Dashboards",
        "S:\\": "C:\\Dashboards",
    }
    before = snapshot(machine)
    with pytest.raises(UsageError, match=why):
        run(machine, trust=folder)
    assert snapshot(machine) == before


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (office_keys.MIX_POLICY, {"allow user locations": 0}),
        (rf"{office_keys.POLICY_SECURITY}\{office_keys.TRUSTED}", {"AllLocationsDisabled": 1}),
    ],
)
def test_a_policy_that_overrides_trusted_locations_is_told(key, values):
    machine = with_dll()
    machine.registry[key] = values
    assert "policy of your organisation" in run(machine, trust=DASHBOARDS)


@pytest.mark.parametrize(
    "before",
    [
        None,
        b"",
        b'"LICENSE_KEY","abc"\r\n',
        b'"LICENSE_KEY","abc"',
        b'\xef\xbb\xbf"interpreter_win" , "C:\\Old\\python.exe"\n',
        b'"LICENSE_KEY","abc"\r\n"INTERPRETER_WIN","C:\\Old\\python.exe"\r\n',
    ],
    ids=[
        "no file",
        "empty",
        "other settings",
        "no end of line",
        "a mark and blanks",
        "another Python",
    ],
)
def test_what_was_done_can_be_taken_back(before):
    machine = with_dll(USER_BASE, {} if before is None else {CONF: before})
    machine.registry[rf"{LOCATIONS}\Location0"] = {
        "Path": "C:\\Theirs\\",
        "Description": "of another program",
    }
    was = snapshot(machine)
    run(machine, trust=DASHBOARDS)
    assert snapshot(machine) != was
    told = run(machine, remove=True)
    assert snapshot(machine) == was
    assert "Compiled Python files stay" in told


def test_without_a_record_nothing_is_taken_back():
    machine = with_dll(more={CONF: b'"INTERPRETER_WIN","' + SHORT.encode() + b'"\r\n'})
    machine.registry[rf"{LOCATIONS}\Location1"] = {"Path": "C:\\Theirs\\", "Description": "xlperf"}
    machine.files[rf"{VENV}\Scripts\{DLL}"] = b"put there by hand"
    was = snapshot(machine)
    assert "nothing was touched" in run(machine, remove=True)
    assert snapshot(machine) == was


def test_what_the_user_set_the_same_is_not_taken_back():
    machine = with_dll(more={CONF: b'"INTERPRETER_WIN","' + SHORT.encode() + b'"\r\n'})
    was = snapshot(machine)
    run(machine, trust=DASHBOARDS)
    run(machine, remove=True)
    assert snapshot(machine) == was


def test_settings_that_came_later_stay_when_it_is_taken_back():
    machine = with_dll(
        more={CONF: b'"LICENSE_KEY","abc"\r\n"INTERPRETER_WIN","C:\\Old\\python.exe"\r\n'}
    )
    run(machine)
    machine.files[CONF] += b'"SHOW CONSOLE","True"\r\n'
    run(machine, remove=True)
    assert (
        machine.files[CONF]
        == b'"LICENSE_KEY","abc"\r\n"INTERPRETER_WIN","C:\\Old\\python.exe"\r\n"SHOW'
        b' CONSOLE","True"\r\n'
    )


def test_a_python_that_was_named_later_stays_and_is_told():
    machine = with_dll()
    run(machine)
    machine.files[CONF] = f'"INTERPRETER_WIN","{OTHER}"\r\n'.encode()
    told = run(machine, remove=True)
    assert machine.files[CONF] == f'"INTERPRETER_WIN","{OTHER}"\r\n'.encode()
    assert "changed since and was left as it is" in told
    assert RECORD not in machine.files


@pytest.mark.parametrize("edited", [False, True], ids=["untouched", "edited between"])
def test_installed_from_two_environments_what_was_there_first_comes_back(edited):
    machine = with_dll(USER_BASE, {CONF: b'"INTERPRETER_WIN","C:\\Old\\python.exe"\r\n'})
    was = machine.files[CONF]
    run(machine, trust=DASHBOARDS)
    if edited:
        machine.files[CONF] += b'"SHOW CONSOLE","True"\r\n'
    second = r"C:\Second\.venv"
    machine.python = machine.python.__class__(
        second + r"\Scripts\python.exe", "3.12.4", 64, (USER_BASE,)
    )
    run(machine)
    assert machine.read(second + rf"\Scripts\{DLL}") == b"dll"
    machine.python = machine.python.__class__(OTHER, "3.12.4", 64, ())
    run(machine, remove=True)
    assert machine.files == {
        CONF: was + (b'"SHOW CONSOLE","True"\r\n' if edited else b""),
        rf"{USER_BASE}\{DLL}": b"dll",
    }
    assert machine.registry == {}


@pytest.mark.parametrize(
    "values", [{"Path": "C:\\Theirs\\", "Description": "xlperf"}, {"Path": DASHBOARDS + "\\"}]
)
def test_a_trusted_location_that_was_changed_since_stays_and_is_told(values):
    machine = with_dll()
    run(machine, trust=DASHBOARDS)
    machine.registry[rf"{LOCATIONS}\Location10"] = values
    told = run(machine, remove=True)
    assert machine.registry == {rf"{LOCATIONS}\Location10": values}
    assert "was changed since and was left as it is" in told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"interpreter": "", "before": "?", "after": null, "copies": [], "locations": []}',
    ],
)
def test_a_damaged_record_is_told_and_nothing_is_done(content):
    machine = with_dll(more={RECORD: content})
    was = snapshot(machine)
    for options in ({}, {"remove": True}):
        with pytest.raises(SetupError, match="is damaged, so nothing was done"):
            run(machine, **options)
    assert snapshot(machine) == was


@pytest.mark.parametrize("stop", [CONF, RECORD])
def test_what_stopped_half_way_can_be_taken_back(stop):
    machine = with_dll(USER_BASE)
    was = snapshot(machine)
    machine.refuses = frozenset((stop,))
    with pytest.raises(SetupError):
        run(machine, trust=DASHBOARDS)
    machine.refuses = frozenset()
    run(machine, remove=True)
    assert snapshot(machine) == was


def test_everything_that_is_written_or_deleted_is_named_before():
    """Each step is said in --dry-run, with the file or key it touches, and nothing is touched that
    was not said.
    """
    machine = with_dll(USER_BASE)
    for options in ({"trust": DASHBOARDS}, {"remove": True}):
        was = snapshot(machine)
        said = run(machine, dry_run=True, **options)
        assert snapshot(machine) == was
        run(machine, **options)
        now = snapshot(machine)
        touched = {
            name
            for before, after in zip(was, now, strict=True)
            for name in before.keys() | after.keys()
            if before.get(name) != after.get(name)
        }
        assert touched
        assert all(name in said for name in touched), touched


def test_no_setting_of_macro_security_is_written():
    machine = with_dll()
    run(machine, trust=DASHBOARDS)
    assert {key: sorted(values) for key, values in machine.registry.items()} == {
        rf"{LOCATIONS}\Location10": ["Description", "Path"]
    }


def test_the_record_says_what_was_there():
    machine = with_dll(more={CONF: b"\xff"})
    run(machine, trust=DASHBOARDS)
    assert record.read(machine).before == b"\xff"
    assert json.loads(machine.files[RECORD])["locations"] == [
        [rf"{LOCATIONS}\Location10", DASHBOARDS + "\\"]
    ]


def test_taking_back_never_deletes_the_only_copy_of_a_dll():
    machine = with_dll(VENV + r"\Scripts")
    run(machine, remove=True)
    assert list(machine.files) == [rf"{VENV}\Scripts\{DLL}"]


def test_a_step_that_may_not_be_done_is_told_in_a_sentence():
    machine = with_dll()
    machine.refuses = frozenset((CONF,))
    with pytest.raises(
        SetupError, match=r"Could not write .*xlwings\.conf.*Permission denied.*run it again"
    ):
        run(machine)


def steps_of(run_of_it) -> tuple[outcome.OutcomeRecord, list[str]]:
    with outcome.recording() as record:
        run_of_it()
    return record, [write.sentence for write in record.writes]


def test_what_was_done_before_a_step_that_failed_is_known():
    whole = with_dll(USER_BASE + r"\Scripts")
    record, done = steps_of(partial(run, whole, trust=DASHBOARDS))
    assert record.state is WrittenState.NEW
    assert len(done) > 2
    for refused, path in [
        (sentence, path)
        for sentence in done
        for path in whole.files
        if f"write {path}:" in sentence
    ]:
        machine = with_dll(USER_BASE + r"\Scripts")
        machine.refuses = frozenset((path,))
        record, said = steps_of(partial(pytest.raises, SetupError, run, machine, trust=DASHBOARDS))
        at = done.index(refused)
        assert [sentence for sentence in said if sentence] == done[:at]
        assert record.state is (WrittenState.NOT_KNOWN if at else WrittenState.OLD)


def test_a_conda_environment_in_the_settings_is_told():
    machine = with_dll(more={CONF: b'"CONDA PATH","C:\\conda"\r\n"CONDA ENV","base"\r\n'})
    assert "conda" in run(machine)


@pytest.mark.parametrize(
    ("system", "words"), [("Linux", "no Excel on Linux"), ("Darwin", "xlwings runpython install")]
)
def test_on_other_systems_it_says_what_applies_and_does_nothing(system, words):
    machine = FakeMachine(system=system)
    assert words in run(machine)
    assert (machine.files, machine.registry, machine.compiled) == ({}, {}, [])


def test_the_command_ends_well_here(capsys):
    assert main(["install", "--dry-run"]) == DONE
    assert capsys.readouterr().out.strip()


def test_of_a_key_given_twice_the_first_counts_as_it_does_for_excel():
    assert conf.parsed(b'"A","1"\r\n"a","2"\r\n') == {"A": "1"}


def test_taking_back_leaves_locations_that_a_policy_made():
    machine = with_dll()
    key = rf"{office_keys.POLICY_SECURITY}\{office_keys.TRUSTED}\Location1"
    machine.registry[key] = {"Path": "C:\\Ours\\", "Description": "xlperf"}
    run(machine, remove=True)
    assert key in machine.registry


@pytest.mark.parametrize(
    ("path", "content"), [("C:\\Zo\u00eb", b"C:\\Zo\xeb"), ("C:\\\u0416", "C:\\\u0416".encode())]
)
def test_a_path_with_other_letters_is_written_in_the_code_page_where_it_can_be_and_told(
    path, content
):
    machine = FakeMachine()
    machine.python = machine.python.__class__(path + "\\python.exe", "3.12.4", 64, ())
    assert "letters beyond plain ASCII" in run(machine)
    assert content in machine.files[CONF]
    assert conf.parsed(machine.files[CONF])["INTERPRETER_WIN"] == path + "\\python.exe"
    run(machine, remove=True)
    assert machine.files == {}


def test_a_line_that_cannot_be_a_setting_is_passed_over():
    long = b'"' + b"x" * 200_000 + b'",1\r\n'
    assert conf.parsed(long + b'"A","1"') == {"A": "1"}


def test_trusting_and_taking_back_at_once_is_not_understood(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["install", "--trust", "C:\\D", "--remove"])
    assert ended.value.code == WRONG_USAGE
