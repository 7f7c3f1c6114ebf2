"""Cell functions offered by the server: all of the registry, bound to an add-in's custom functions."""

import xlwings.server

from xlperf.udfs import bind

globals().update(bind(xlwings.server, classic=False))  # the server finds functions by looking through this module
