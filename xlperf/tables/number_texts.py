"""Numbers typed as text: those with two readings, and what may have been meant by a text that is no
number.

British writing has a comma between thousands and a point before decimals; most of Europe has it the
other way round. A comma before three digits is read as British, as the figures of a British office
are. A point before three digits is not: in a count it can hardly be a decimal point, and as a mark
of thousands the figure would be a thousand times larger. A percentage has one reading either way,
since it cannot exceed 100.
"""

from __future__ import annotations

import re

TWO_READINGS = r"[+-]?£?([1-9][0-9]{0,2})\.([0-9]{3})"
HINTS = (
    (
        r"[^0-9]*[0-9]{1,3}(?:\.[0-9]{3})+(?:\.[0-9]{3}|,[0-9]+)[^0-9]*",
        "Type it without marks between the thousands.",
    ),
    (r"[+-]?£?[0-9]+,[0-9]{1,2}", "Is the comma a decimal point? Type a point."),
    (r"\(.*\)", "Do the brackets mean a minus sign? Type it before the number."),
    (r".*[0-9]\s?-", "Is it negative? Type the minus sign before the number."),
    (
        r"(?i).*[0-9]\s?(?:k|m|mn|bn|thousand|million)\.?",
        "Type it in full, in the unit of the column.",
    ),
    (r"[+-]?£?[0-9][0-9,]*(?:\s[0-9,]+)+", "Is it one number? Type it without spaces."),
    (r"[^0-9]*£[^A-Za-z]*", "Type it without the pound sign."),
    (r"[^A-Za-z]*%", "Type it without the per cent sign."),
)
"""What a text looks like, and what to do; the first that fits is used."""
OTHER_DIGITS = "Type it in the digits 0 to 9."
LONGEST = 40
"""Characters from which a text is prose."""


def two_readings(text: str) -> str:
    """Say which two numbers a text may be: ``1.000 or 1,000``; empty where there is no doubt."""
    match = re.fullmatch(TWO_READINGS, text)
    return f"{match[1]}.{match[2]} or {match[1]},{match[2]}" if match else ""


def hint(text: str) -> str:
    """Say what a text that is no number may have meant; empty when nothing comes to mind."""
    if len(text) > LONGEST:
        return ""
    if any(letter.isnumeric() and not letter.isascii() for letter in text):
        return OTHER_DIGITS
    return next((advice for pattern, advice in HINTS if re.fullmatch(pattern, text)), "")
