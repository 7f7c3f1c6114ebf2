"""The strategic priorities, in words short enough for a tile, and where their tiles stand on the
dashboard.

The grid is that of the panel report of September 2014: three tiles wide, seven rows.
"""

from __future__ import annotations

from types import MappingProxyType

DASHBOARD, SUBJECT = (
    "Police and Crime Plan dashboard",
    "Strategic priorities of the Police and Crime Plan",
)
"""What the dashboard is called, and what it and the documents made from it are about."""

TITLES = MappingProxyType(
    {
        "SP1": "Turn young people away from crime",
        "SP2": "Reduce reoffending",
        "SP3": "Reduce crime linked to alcohol and drugs",
        "SP4": "Less crime and ASB in supported families",
        "SP5": "Domestic abuse: more reports, better outcomes",
        "SP6": "Sexual offences: more reports, better outcomes",
        "SP7": "Hate crime: more reports, better outcomes",
        "SP8": "Better outcomes for victims of ASB",
        "SP9": "Better service to victims of crime",
        "SP10": "Better service to all our communities",
        "SP11": "Reduce all crime",
        "SP12": "Reduce domestic burglary",
        "SP13": "Reduce violence with injury",
        "SP14A": "Reduce theft from motor vehicles",
        "SP14B": "Reduce theft of motor vehicles",
        "SP15": "Keep children safe from exploitation",
        "SP16": "Better response to mental health needs",
        "SP17": "Fewer repeat reports of missing people",
        "SP18": "Save more than £20 million by 2016/17",
    }
)

GRID: tuple[tuple[str, ...], ...] = (
    ("SP1", "SP2", "SP3"),
    ("SP4",),
    ("SP5", "SP6", "SP7"),
    ("SP8", "SP9", "SP10"),
    ("SP11", "SP12", "SP13"),
    ("SP14A", "SP14B", "SP15"),
    ("SP16", "SP17", "SP18"),
)
"""Rows of tiles, left to right. The two free places beside SP4 hold the key."""
