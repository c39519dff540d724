"""Measuring the product: question sets, metrics, runs, reports; called by ``qa eval`` and no other."""
