"""The VBA of the workbook: sources as text beside this file, ours and those of xlwings, and what is
made from the registry.
"""
