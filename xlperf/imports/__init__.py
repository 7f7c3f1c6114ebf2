"""Files that others publish, read into the tables of a workbook.

One direction: file -> sheets (`published_files`) -> a table with its columns understood
(`table_shapes`) -> figures (`published_figures`) -> figures of our measures (`our_figures`) -> what
they add and change (`comparing`) -> edits (`import_edits`). Whatever is not used on the way is
counted, with its reason (`left_out`). `importing` joins the steps. Nothing here is loaded by a
refresh.
"""
