"""Scripts offered by the server: none.

Refresh is not among them, on purpose. xlwings Server (1.20, with xlwings 0.37.8) is sent values, not formulas, and
cannot ask for them: reading a formula, or whether cells are merged, raises NotImplementedError there. So it could not
keep the promise that a cell in which somebody typed a formula is left as it is. The command `refresh` keeps it.
"""
