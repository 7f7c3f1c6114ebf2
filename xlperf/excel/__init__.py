"""The only package that knows Excel. `port` says what a workbook is to the rest of the program."""
