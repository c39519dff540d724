"""What this room raises: models that cannot be loaded, stores that cannot be read."""

from __future__ import annotations


class EmbeddingError(Exception):
    """Base of this room's errors; ``str(error)`` is one line."""


class ModelUnavailable(EmbeddingError):
    """Model files are missing, damaged or cannot be fetched."""


class StoreDamaged(EmbeddingError):
    """A vector store's file is not one, or is cut short."""
