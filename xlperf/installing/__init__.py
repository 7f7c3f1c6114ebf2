"""Set-up of one person's computer: `install` says and does what Excel needs, `doctor` says what is
missing.

Everything here sees the computer through `machine.Machine`, so Windows is tested where there is
none.
"""
