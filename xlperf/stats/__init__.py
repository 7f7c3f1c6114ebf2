"""The statistics: pure numbers, from NumPy and ``scipy.special`` alone (and that only where it is
needed: see ``distributions``). No Excel, no files, no clock, no chance.

Arrays may have leading axes, one entry a series; results keep those axes. Time runs along the last
axis, oldest first. Missing numbers (NaN) give NaN, never a guess; only an XmR chart may have gaps,
which its lines leave out and its rules do not mark. ``z`` is the width of lines and intervals in
standard deviations of a normal distribution; where a t distribution is meant, its quantile at the
same probability takes its place.
"""
