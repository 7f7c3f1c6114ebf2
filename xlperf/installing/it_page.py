"""The page for an IT department: what runs, what it touches, what to allow, and the way that needs nothing allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.installing import conf, install, places
from xlperf.version import VERSION

if TYPE_CHECKING:
    from xlperf.installing.machine import Machine

PAGE = r"""# xlperf {version}: page for the IT department

xlperf reads the data sheets of one Excel workbook, works out figures and colours, and writes them into the same
workbook. It is Python (licence MIT): no service, scheduled task or driver. The paths below are those of {whose};
`python -m xlperf doctor FILE` says how a computer stands. (`python` stands for the interpreter below. Every command is
given that way: the script `xlperf.exe` beside it is an unsigned launcher made by pip, and nothing needs it.)

## The way that needs nothing allowed

`python -m xlperf refresh FILE` in a command prompt does all of it on a closed workbook: no macro, no Excel, no child
process of Office, no DLL in Excel. If the rest of this page is not acceptable, use that. `python -m xlperf check FILE`
only reads.

## Where it is installed

* **For one user**, without administrator rights: an environment below `%LOCALAPPDATA%\xlperf`.
* **For all users**, by an administrator: Python for all users, and an environment in `%ProgramFiles%\xlperf`, where
  only administrators write. Rules of AppLocker or App Control that go by folder then allow it without more. Each user
  runs `python -m xlperf install` once, which writes nothing there.
* **Without the internet.** In the folder of xlperf, on a computer that has it: `python -m xlperf wheels FOLDER` (from
  another system or Python: `--for windows --python 3.12`). On the other computer, as administrator for the second way:

      py -m venv "C:\Program Files\xlperf\.venv"
      "C:\Program Files\xlperf\.venv\Scripts\python" -m pip install --no-index --find-links FOLDER "xlperf[excel]"
      "C:\Program Files\xlperf\.venv\Scripts\python" -m xlperf doctor

* Not from the Microsoft Store: such a Python writes to private copies of the registry and of AppData.

## What runs, and when

Opening the workbook runs nothing.

1. A button has the workbook's VBA (module *xlwings*, open source) start `cmd.exe`, a child process of `excel.exe`, by
   `WScript.Shell`. That starts `{interpreter}` with the parameters
   `-P -B -m xlperf.button NAME`, which talks to that Excel by COM and ends.
2. The first cell function (`=XP_...`) that is calculated loads `{dll}` into Excel from beside that
   interpreter; it starts the same interpreter, again by way of `cmd.exe`, which stays until Excel closes. The shipped
   workbook has no such formula.
3. Nothing else is started. "Trust access to the VBA project object model" is **not** needed.

## What it reads and writes

| Where | What | Made by |
| --- | --- | --- |
| the workbook, and `NAME.xlperf-backup.xlsm` beside it | cells that xlperf owns; the version before | a refresh |
| `{conf}` | the line `{key}`: which Python Excel starts | `install` |
| beside `{interpreter}` | the DLL, if it is not there | `install` |
| `__pycache__` in the packages of that Python | compiled code | `install` |
| `{locations}` | one key, only with `--trust FOLDER` | `install --trust` |
| `%LOCALAPPDATA%\xlperf\installed.json` | what was installed, and what was there before | `install` |
| `%LOCALAPPDATA%\xlperf\xlperf.log` | where the program was when a fault stopped it | any command |
| `%TEMP%\xlwings-*.log` | error text of one click | the workbook's VBA |

`python -m xlperf install --dry-run` lists what it would write; `--remove` takes back what is recorded and still as it
was written, byte for byte (compiled code and empty folders stay). Nothing below `HKLM`, and no setting of macro
security, is ever written.

**Network: none.** Nothing is sent or fetched: no telemetry, no update check. (Installing the Python packages uses your
package index once. In the add-in xlwings Lite, which is another way to the buttons, the add-in loads itself, Python and
packages from the internet, or from your own server where you host it: docs/lite.md.)

## Microsoft Defender

| Attack surface reduction rule | What it stops | Here |
| --- | --- | --- |
{rules}

If these are to stay on, use `python -m xlperf refresh FILE`. Or exclude, for one rule alone, the programs that its
events name (event 1121, Microsoft-Windows-Windows Defender/Operational: expect `cmd.exe` and the interpreter). An
exclusion of `cmd.exe` lets any macro of any workbook start it: weigh that; the command line is the safer way. Try it in
audit mode first. The VBA *declares* Win32 functions even where only buttons are used; whether the second rule stops
the workbook for that was not seen. A virus scanner may take a macro that starts a program for malicious ("Malicious
macros were found"): a signature or a trusted location helps. AppLocker or App Control must allow the interpreter and
the DLL above.

| What the user sees | Most often |
| --- | --- |
| error 70, permission denied; or 1000, access is denied | the first rule |
| "Python is not where Excel was told" | the environment was moved, or its drive is not connected |
| "Python is missing from its environment" | a virus scanner removed `python.exe` |
| "Could not load xlwings64-..." in a cell | the DLL is missing, or the second rule |
| "Cannot run the macro 'xlperf_run'" | macros are off: mark of the web, or a policy |

## Macros

* Best: a signature by your own certificate, its publisher trusted, "disable all except signed" left on. Sign the VBA
  project **after the last change**: any change to its code voids the signature, and a new workbook from
  `python -m xlperf new` is not signed. A refresh changes cells only; the project and its signature stay.
* Or: a trusted location by policy, a folder of its own that only the analysts can write to.
* `python -m xlperf install --trust FOLDER` adds one for a user; it refuses network folders, drives, the profile,
  Downloads, Desktop, Documents and temporary folders, links to these too, and does not include the folders below.
  Policy "Allow mix of policy and user locations", set to disabled, overrides it.
* A file that arrived by e-mail or download carries the mark of the web; Excel then blocks its macros until it is
  unblocked or lies in a trusted location.

## Licences

xlperf MIT; xlwings (package, DLL and VBA module) BSD-3-Clause, except its folder `pro`; docxtpl, which fills the Word
report, LGPL-2.1, unchanged and installed as a package of its own. The others are permissive: jinja2, lxml, matplotlib,
numpy, olefile, pypdf, python-calamine, python-docx, pywin32, rich, scipy and xlsxwriter, with what these need in turn.
The folder `pro` (xlwings PRO, PolyForm Noncommercial 1.0.0 or paid) is not used on this computer.

## To check after set-up

`python -m xlperf doctor FILE` ends with "No problem found"; exit code 0 (1: problems). `--json` for collection by
scripts.
"""


def page(machine: Machine) -> str:
    """Give the page, with the paths of this computer where they are known."""
    facts = install.gather(machine)
    windows = machine.system == "Windows"
    rules = (
        f"| {rule.name}, `{rule.identifier}` | {what} | {_state(rule, machine)} |"
        for rule, what in ((places.CHILD_PROCESSES, "1 and 2"), (places.WIN32_CALLS, "2, not 1"))
    )
    return PAGE.format(
        version=VERSION,
        whose="this computer" if windows else "a usual set-up, since this computer has no Windows",
        interpreter=facts.interpreter if windows else r"%LOCALAPPDATA%\xlperf\.venv\Scripts\python.exe",
        key=conf.INTERPRETER,
        dll=places.dll_name(facts.xlwings or "VERSION", places.excel_bits(machine) or 64),
        conf=facts.conf_file if windows else r"%USERPROFILE%\.xlwings\xlwings.conf",
        locations=rf"{places.USER_SECURITY}\{places.TRUSTED}",
        rules="\n".join(rules),
    )


def _state(rule: places.Rule, machine: Machine) -> str:
    if machine.system != "Windows":
        return "not known"
    return places.rule_state(machine, rule) or "not found where this account may read"
