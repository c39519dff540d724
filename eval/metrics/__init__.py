"""One metric a file: a small private kernel for one question, and the documented function for many.

Scores are fractions from 0.0 to 1.0, never percentages; None says that there was nothing to measure.
"""
