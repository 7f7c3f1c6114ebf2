"""The functions as an add-in's custom functions, in a process of its own: a call of Office.js a line, an answer a line.

xlwings decides by its licence key, when it is imported, whether it converts for add-ins.
"""

from __future__ import annotations

import asyncio
import json
import sys
import types


def main() -> None:
    """Answer calls until the input ends."""
    from xlwings import server
    from xlwings.pro.udfs_officejs import custom_functions_call

    from xlperf.udfs import bind

    module = types.ModuleType("custom_functions")
    vars(module).update(bind(server, classic=False))
    for line in sys.stdin:
        print(json.dumps(asyncio.run(custom_functions_call(json.loads(line), module))), flush=True)


if __name__ == "__main__":
    main()
