"""What may be shown: which counts are withheld, so that none of them can be worked out."""
