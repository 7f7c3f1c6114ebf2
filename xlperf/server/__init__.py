"""Optional host for Excel on Mac, in the browser and on locked-down PCs: xlwings Server with xlperf's functions.

It alone needs the extra ``server`` and a licence for xlwings Server, which is not part of xlperf.
"""
