"""End with an error where a test of a JUnit report was skipped, so was not seen to pass."""

import sys
import xml.etree.ElementTree as ET

skipped = [
    f"{case.get('classname')}.{case.get('name')}: {reason.get('message')}"
    for case in ET.parse(sys.argv[1]).iter("testcase")  # noqa: S314 - pytest wrote it
    if (reason := case.find("skipped")) is not None
]
if skipped:
    sys.exit("Skipped, so not seen to pass:\n" + "\n".join(skipped))
