"""What changed since an earlier refresh, issue or period, and why: the earlier inputs are judged
again, with one group of changes after another.
"""
