"""The rules, as tests: a module is a section of docs/rules.md, its docstring the introduction, a
test a paragraph.

The page is made from these tests (`tests/docs/rules_page.py`), and each runs on the fake workbook,
on a file, and on the stand-in for Excel: it types rows, refreshes, and reads tile and *Workings*.
"""
