"""What a new workbook is made of: sheets, look, illustrative data; ribbon and macros."""
