"""Assessments to what a refresh writes: words, values and fills, as edits. No Excel, no clock."""
