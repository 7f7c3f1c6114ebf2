"""Many series at once: every area, category and month of a table through the statistics of a
dashboard.
"""
