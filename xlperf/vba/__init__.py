"""The VBA of the workbook: sources as text beside this file, and what is made from the registry and
from xlwings.
"""
