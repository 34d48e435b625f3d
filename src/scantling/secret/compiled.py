"""All rules' expressions in one Hyperscan database, kept in the user's cache: compiling takes a second."""

from __future__ import annotations

import hashlib
import platform
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.store.kept import keep, recall

if TYPE_CHECKING:
    from collections.abc import Sequence


def database(expressions: Sequence[str], cache_dir: Path | None) -> Any:
    """A ready database whose matches carry the expression's place in ``expressions``. A kept one is used only if it
    is whole (its digest stands before it) and was made by this library for this processor."""
    import hyperscan

    if cache_dir is None:
        return _compile(expressions)
    where = cache_dir / "secret-rules" / f"{_key(expressions)}.hsdb"
    kept = recall(where)
    if kept is not None:
        with suppress(hyperscan.error):  # made by another build of the library: made again
            db = hyperscan.loadb(kept, mode=hyperscan.HS_MODE_BLOCK)
            db.scratch = hyperscan.Scratch(db)
            return db
    db = _compile(expressions)
    keep(where, hyperscan.dumpb(db))
    return db


def _compile(expressions: Sequence[str]) -> Any:
    import hyperscan

    db = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    db.compile(
        expressions=[text.encode() for text in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[0] * len(expressions),
    )
    db.scratch = hyperscan.Scratch(db)
    return db


def _key(expressions: Sequence[str]) -> str:
    state = hashlib.sha256("\0".join(expressions).encode())
    state.update(_machine().encode())
    return state.hexdigest()[:40]


@cache
def _machine() -> str:
    """What the database depends on beside the expressions: the library, and the instructions that the processor has."""
    import hyperscan

    features = ""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                features = line
                break
    except OSError:
        features = platform.processor()
    library: str = hyperscan.__version__  # type: ignore[attr-defined]  # not in its stubs
    return "|".join((library, platform.machine(), platform.system(), features))
