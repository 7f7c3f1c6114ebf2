"""The only package that knows Excel. The module `port` says what a workbook is to the rest."""
