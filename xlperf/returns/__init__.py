"""Returns of partners: the form they fill in, and what comes back.

One direction: what a plan asks of each partner (`return_form`) -> a workbook (`return_workbook`).
A file of anybody's -> its cells, if it is safe (`received_file`) -> figures, and faults by cell
(`received_cells`, `received_return`, `return_rules`) -> versions (`return_versions`), and what each
becomes (`collect_plan`) -> rows of the dashboard (`figure_rows`, `contributions`), copies and
replies (`collecting`). Nothing here is loaded by a refresh.
"""
