"""What this room raises: models that cannot be loaded, stores that cannot be read."""

from __future__ import annotations


class EmbeddingError(Exception):
    """Base of this room's errors; ``str(error)`` is one line."""


class ModelUnavailable(EmbeddingError):
    """Model files are missing, damaged or cannot be fetched."""


class ModelNotFetched(ModelUnavailable):
    """There is no such folder, and no hub that has a model of this name was reached."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: no such folder, and it could not be fetched; the default works offline")
        self.name = name


class StoreDamaged(EmbeddingError):
    """A vector store's file is not one, or is cut short."""
