"""What a new workbook is made of: its sheets, its look, its illustrative data; later its ribbon and
macros.
"""
