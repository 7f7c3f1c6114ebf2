"""The name by which the VBA of workbooks calls the functions (UDF Modules of xlwings); all of it is
in `xlperf.functions.cells`.
"""

from xlperf.functions.cells import bind_here

globals().update(bind_here())
