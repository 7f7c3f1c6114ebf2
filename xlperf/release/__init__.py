"""How a pack leaves the office: published whole, signed off by three people, mailed.

In: a workbook, and the folder of a pack. Out: the folder with documents, QA log and manifest
(`publish`); signatures bound to the bytes of its files (`signoff`); a mail with these very bytes
(`mail`, shown by `outlook` or sent by `sending`). What is shown is decided in
`xlperf.disclosure`, documents are made in `xlperf.documents`, and `xlperf.leaks` looks into them.
"""
