"""The documents for the panel: workbook, report, pictures and PDFs.

In: tables and lines from which what must not be shown is gone. `pack_contents.contents` turns them
into plain values (`pack_values`), which also declares which of them are printed. Out: the bytes of
each document, made from these values and from nothing else. Nothing here decides what may be shown,
checks for leaks, or writes into a pack.
"""
