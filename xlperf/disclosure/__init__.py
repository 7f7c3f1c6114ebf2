"""What may be shown outside the office: which counts are withheld, so that none of them can be
worked out.

In: the tables and lines of a workbook, with its settings (`suppression.disclosable`). Out: the same
tables and lines without what is withheld, the points of charts that may be shown, and a record of
each thing withheld, for the office only. No file, no Excel, no clock: `counts_shown` lists the
figures, `issues` holds what became of them, `withholding` chooses against all issues (`atoms`,
`facts`, `choice`, `audit`), `redaction`, `lines_shown` and `texts` take out.
"""
