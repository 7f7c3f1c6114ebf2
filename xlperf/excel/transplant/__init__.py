"""Whole sheets put into a closed workbook of somebody else, and taken out again.

The sheets come from a *donor*: a workbook that was made in memory for this purpose, with the names
and the date system that fit its *host*. Formulas, charts, links and print areas then need no
change; only numbers are mapped: formats, tables, parts. In the host the list of sheets and names,
relations, content types and styles change; every other part keeps its bytes.
"""
