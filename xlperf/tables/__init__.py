"""Grids to frozen tables: what each sheet must hold, how a cell becomes a value, and what is wrong
with it.
"""
