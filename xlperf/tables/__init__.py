"""Grids to frozen tables: what sheets must hold, how cells become values, what is wrong."""
