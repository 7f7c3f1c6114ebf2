"""Project folder of xlwings Server: it puts this folder on the path and imports the two packages in it."""
