"""What a line would take to have another colour, and what colours other settings would give: the
assessment itself, run on changed tables or settings; never a second formula.
"""
