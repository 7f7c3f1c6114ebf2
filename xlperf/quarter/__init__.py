"""A quarter in one go: what a folder holds is imported and collected, the workbook is refreshed,
and what is still missing is named, with who owes it.

`folder_files` sorts a folder; `quarter_run` does the steps on one open workbook, which is saved
once; `missing_figures` compares what is there with the period; `quarter_sentences` says it.
"""
