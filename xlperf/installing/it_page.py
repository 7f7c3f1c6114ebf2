"""The page for an IT department: what runs, what it touches, what to allow, and the way that needs nothing allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.installing import conf, install, places
from xlperf.version import VERSION

if TYPE_CHECKING:
    from xlperf.installing.machine import Machine

PAGE = r"""# xlperf {version}: page for the IT department

xlperf reads the data sheets of one Excel workbook, works out figures and colours, and writes them into the same
workbook. It is Python (licence MIT), installed for one user, without administrator rights, service, scheduled task or
driver. The paths below are those of {whose}; `xlperf doctor FILE` says how a computer stands.

## The way that needs nothing allowed

`xlperf refresh FILE` in a command prompt does all of it on a closed workbook: no macro, no Excel, no child process of
Office, no DLL in Excel. If the rest of this page is not acceptable, use that. `xlperf check FILE` only reads.

## What runs when a button is pressed

1. The workbook's VBA (module *xlwings*, open source) starts `cmd.exe`, a child process of `excel.exe`, which starts
   `{interpreter}` with the parameters `-B -c "import xlwings.utils; ..."`.
   It talks to that Excel by COM and ends.
2. Cell functions (`=XP_...`) load `{dll}` into Excel from beside that interpreter; it starts the same
   interpreter, again by way of `cmd.exe`, which stays until Excel closes.
3. Nothing else is started. "Trust access to the VBA project object model" is **not** needed.

## What it reads and writes

| Where | What | Made by |
| --- | --- | --- |
| the workbook, and `NAME.xlperf-backup.xlsm` beside it | cells that xlperf owns; the version before | a refresh |
| `{conf}` | the line `{key}`: which Python Excel starts | `xlperf install` |
| beside `{interpreter}` | the DLL, if it is not there | `xlperf install` |
| `__pycache__` in the packages of that Python | compiled code | `xlperf install` |
| `{locations}` | one key, only with `--trust FOLDER` | `xlperf install --trust` |
| `%LOCALAPPDATA%\xlperf\installed.json` | what was installed, and what was there before | `xlperf install` |
| `%LOCALAPPDATA%\xlperf\xlperf.log` | where the program was when a fault stopped it | any command |
| `%TEMP%\xlwings-*.log` | error text of one click | the workbook's VBA |

`xlperf install --dry-run` lists what it would write; `xlperf install --remove` takes back what is recorded and still as
it was written, byte for byte (compiled code and empty folders stay). Nothing below `HKLM`, and no setting of macro
security, is ever written.

**Network: none.** Nothing is sent or fetched: no telemetry, no update check. (Installing the Python packages uses your
package index once. In the add-in xlwings Lite, which is another way to the buttons, the add-in loads itself, Python and
packages from the internet, or from your own server where you host it: docs/lite.md.)

## Microsoft Defender

The attack surface reduction rule "Block all Office applications from creating child processes",
`{rule}`, stops steps 1 and 2. Here it is: **{rule_state}**.
If it is to stay on, use `xlperf refresh FILE`, or exclude for this rule alone the programs that its events name (event
1121, Microsoft-Windows-Windows Defender/Operational: expect `cmd.exe` and the interpreter). An exclusion of `cmd.exe`
lets any macro of any workbook start it: weigh that; the command line is the safer way. Try it in audit mode first.
AppLocker or WDAC must allow the interpreter and the DLL above.

## Macros

* Best: a signature by your own certificate, its publisher trusted, "disable all except signed" left on. Sign the VBA
  project **after the last change**: any change to its code voids the signature, and a new workbook from `xlperf new` is
  not signed. A refresh changes cells only; the project and its signature stay.
* Or: a trusted location by policy, a folder of its own that only the analysts can write to.
* `xlperf install --trust FOLDER` adds one for a user; it refuses network folders, drives, the profile, Downloads,
  Desktop, Documents and temporary folders, links to these too, and does not include the folders below. Policy "Allow
  mix of policy and user locations", set to disabled, overrides it.
* A file that arrived by e-mail or download carries the mark of the web; Excel then blocks its macros until it is
  unblocked or lies in a trusted location.

## Licences

xlperf MIT; xlwings (package, DLL and VBA module) BSD-3-Clause, except its folder `pro`; numpy, scipy, XlsxWriter,
python-calamine, rich, olefile and pywin32 under their own permissive licences. The folder `pro` (xlwings PRO: PolyForm
Noncommercial 1.0.0, or paid) is not used on this computer.

## To check after set-up

`xlperf doctor FILE` ends with "No problem found"; exit code 0 (1: problems). `--json` for collection by scripts.
"""


def page(machine: Machine) -> str:
    """Give the page, with the paths of this computer where they are known."""
    facts = install.gather(machine)
    windows = machine.system == "Windows"
    state = places.child_process_rule(machine) if windows else None
    return PAGE.format(
        version=VERSION,
        whose="this computer" if windows else "a usual set-up, since this computer has no Windows",
        interpreter=facts.interpreter if windows else r"%LOCALAPPDATA%\xlperf\.venv\Scripts\python.exe",
        key=conf.INTERPRETER,
        dll=places.dll_name(facts.xlwings or "VERSION", places.excel_bits(machine) or 64),
        conf=facts.conf_file if windows else r"%USERPROFILE%\.xlwings\xlwings.conf",
        locations=rf"{places.USER_SECURITY}\{places.TRUSTED}",
        rule=places.CHILD_PROCESS_RULE,
        rule_state=state or ("not found where this account may read" if windows else "not known"),
    )
