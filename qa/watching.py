"""Follow folders: which dispatches came, changed or went, in batches, within seconds (watchfiles)."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from qa.dispatches import is_dispatch
from qa.errors import BadFile
from qa.messages import say

# Changes this close together (milliseconds) are one batch: agencies send in bursts, and files grow.
_TOGETHER = 1_000


# How soon the first batch is due, and how often an interruption is looked for (milliseconds).
_TURN = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that came or changed, in order of path, None for "any may have"; ``gone``: whether any went."""

    changed: tuple[Path, ...] | None
    gone: bool


def batches(paths: Sequence[Path], stop: threading.Event | None = None) -> Iterator[Batch]:
    """Batches until ``stop`` is set; an interruption is raised as ever.

    The first comes when the folders are being followed, so that whoever then looks at all their files misses
    none. A file that is still being written is seen again when it has grown. Folders on network drives that
    send no events are polled with ``WATCHFILES_FORCE_POLLING=true``. Raises BadFile for a path that does not
    exist.
    """
    for path in paths:
        if not path.exists():
            raise BadFile(path, say("file_missing"))
    following = False
    for changes in watch(
        *[p.absolute() for p in paths],
        watch_filter=lambda _, path: is_dispatch(Path(path)),
        debounce=_TOGETHER,
        step=200,
        stop_event=stop,
        rust_timeout=_TURN,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        if not following:
            following = True
            yield Batch(None, gone=True)
        elif changes:
            yield _batch(changes)


def _batch(changes: Collection[tuple[Change, str]]) -> Batch:
    # A file may have come and gone again within the batch.
    changed = sorted({Path(p) for kind, p in changes if kind is not Change.deleted and Path(p).is_file()})
    return Batch(tuple(changed), any(kind is Change.deleted for kind, _ in changes))
