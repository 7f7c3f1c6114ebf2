"""Tables and statistics to assessments: a colour, the reason for it, and the evidence. No Excel, no
files, no clock.
"""
