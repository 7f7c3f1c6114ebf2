"""Run inside LibreOffice's own Python (with `uno`): open a workbook with its macros on, and call
some of them.

Usage: office_macros.py SOFFICE FOLDER WORKBOOK CALLS. CALLS is JSON: lists of calls by name, each
call a list of Module.Procedure and the texts that are its arguments, or of a formula that begins
with =, or of @ADDRESS and a text to type into that cell of the first sheet. Prints JSON: the
modules of the project with their sources, and by name, after the last call, what the function
Recorded of the module xlwings answers (a double, see the tests), or what the formula's cell shows.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

ALWAYS_EXECUTE = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
WAIT = 60
SPARE_COLUMN = 200


def connected(pipe):
    """The desktop of the office that listens on a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(WAIT * 4):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
            continue
        return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    raise SystemExit("LibreOffice did not answer")


def main(soffice, folder, workbook, calls):
    """Open, list, call, print."""
    pipe = f"xlperf{Path(folder).name}{time.time_ns()}"
    profile = f"-env:UserInstallation={(Path(folder) / 'profile').absolute().as_uri()}"
    office = subprocess.Popen(
        [soffice, profile, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"]
    )
    try:
        desktop = connected(pipe)
        options = (
            PropertyValue(Name="Hidden", Value=True),
            PropertyValue(Name="MacroExecutionMode", Value=ALWAYS_EXECUTE),
        )
        document = desktop.loadComponentFromURL(
            Path(workbook).absolute().as_uri(), "_blank", 0, options
        )
        libraries = document.BasicLibraries
        found = {
            library: {
                name: libraries.getByName(library).getByName(name)
                for name in libraries.getByName(library).ElementNames
            }
            for library in libraries.ElementNames
        }
        holder = next(library for library, modules in found.items() if modules)
        provider = document.getScriptProvider()

        def run(name, *arguments):
            uri = f"vnd.sun.star.script:{holder}.{name}?language=Basic&location=document"
            return provider.getScript(uri).invoke(arguments, (), ())[0]

        def answer(call):
            if call[0].startswith("="):
                cell = document.Sheets.getByIndex(0).getCellByPosition(SPARE_COLUMN, 0)
                cell.setFormula(call[0])
                return cell.getString()
            if call[0].startswith("@"):
                document.Sheets.getByIndex(0).getCellRangeByName(call[0][1:]).setString(call[1])
                return call[1]
            run(*call)
            return run("xlwings.Recorded")

        answers = {
            name: [answer(call) for call in some][-1] for name, some in json.loads(calls).items()
        }
        print(
            json.dumps(
                {"vba": bool(libraries.VBACompatibilityMode), "modules": found, "answers": answers}
            )
        )
        document.close(True)
        desktop.terminate()
    finally:
        try:
            office.wait(timeout=20)
        except subprocess.TimeoutExpired:
            office.terminate()
            office.wait(timeout=20)


if __name__ == "__main__":
    main(*sys.argv[1:5])
