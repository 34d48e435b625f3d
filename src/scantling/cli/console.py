"""What goes to standard error: errors, progress, the summary, advice. Never fails: a closed terminal stops nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from scantling.guard.display import printable
from scantling.model.errors import ScantlingError

_MESSAGE_CHARS = 4_000
_REDRAW_S = 0.1
_STAGES = {"database": "database", "layers": "reading layers"}


def say(text: str) -> None:
    """One line on standard error."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def say_error(error: ScantlingError) -> None:
    """``error: WHAT (WHERE)`` and, below it, what to do."""
    where = f" ({printable(error.where, _MESSAGE_CHARS)})" if error.where else ""
    say(f"error: {printable(error.what, _MESSAGE_CHARS)}{where}")
    for line in error.hint.splitlines():
        say(f"  help: {printable(line, _MESSAGE_CHARS)}")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is looking at ``stream``."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def wants_color(when: str, environ: Mapping[str, str]) -> bool:
    """``--color``, else NO_COLOR (no-color.org: any non-empty text), else whether standard output is a terminal."""
    if when != "auto":
        return when == "always"
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return is_terminal(sys.stdout)


def terminal_width(environ: Mapping[str, str]) -> int:
    """Columns of the terminal on standard output; COLUMNS first, 80 where there is neither."""
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and 0 < int(columns[:6]) < 10_000:
        return int(columns)
    if is_terminal(sys.stdout):
        with suppress(OSError, ValueError):
            return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    return 80


class ProgressLine:
    """One line that is drawn over, at most ten times a second, and wiped at the end. Silent unless ``enabled``.

    ``announced`` maps stages to what is said, once and everywhere, when they begin: what takes minutes must not
    look like a hang in a pipeline's log."""

    def __init__(self, enabled: bool, announced: Mapping[str, str] | None = None) -> None:
        self._enabled = enabled
        self._announced = dict(announced or {})
        self._drawn_at = 0.0
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage in self._announced:
            say(self._announced.pop(stage))
        if not self._enabled:
            return
        now = time.monotonic()
        if stage == self._stage and now - self._drawn_at < _REDRAW_S and done != total:
            return
        self._stage, self._drawn_at = stage, now
        count = f" {done}/{total}" if total else f" {done}" if done else ""
        self._write(f"\r\x1b[K{_STAGES.get(stage, printable(stage, 60))}{count}")

    def clear(self) -> None:
        """Wipe the line, before anything else is written."""
        if self._enabled and self._stage:
            self._stage = ""
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()
