"""Texts to vectors, vectors to ids. Knows strings and ids; never a dispatch or a passage."""
