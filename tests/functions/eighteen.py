"""Eighteen monthly counts, oldest first, that tests and benchmarks of the functions share."""

EIGHTEEN = [
    *(420, 418, 371, 437, 443, 424, 431, 457, 352, 436, 414, 435),
    *(352, 420, 385, 430, 375, 400),
]
