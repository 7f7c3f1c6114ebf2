"""What is made for the panel: workbook, report and PDFs, from the contents of a pack and from
nothing else.
"""
