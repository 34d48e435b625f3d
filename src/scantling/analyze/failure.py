"""What the failure of an analyzer or inspector says: its promise is that a crash costs one file, visibly."""

from __future__ import annotations

from scantling.model.coverage import Gap
from scantling.model.errors import Malformed, ScantlingError

OUT_OF_MEMORY = "out-of-memory"
NO_DAEMON = "no-daemon"
# about this run, not about the bytes: facts with such a gap are not kept
TRANSIENT = frozenset({OUT_OF_MEMORY, NO_DAEMON, "scan-timeout"})


def gap_of(id_: str, path: str, error: Exception) -> Gap:
    """The gap at ``path``; raises ``error`` itself where it is about the whole layer or scan."""
    if isinstance(error, Malformed):
        return Gap("unreadable-file", path, f"{id_}: {error.what}")
    if isinstance(error, ScantlingError):
        raise error
    if isinstance(error, MemoryError):
        return Gap(OUT_OF_MEMORY, path, f"{id_}: more memory than a worker may use")
    return Gap("parser-failure", path, f"{id_}: {type(error).__name__}: {error}"[:300])
