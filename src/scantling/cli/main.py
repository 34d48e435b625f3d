"""argv in, exit code out. The only place that prints an error.

``--version`` is answered before anything is imported; each command imports what it needs when it is called.
"""

from __future__ import annotations

import os
import sys

from scantling import __version__

TYPE_CHECKING = False  # as typing has it, which takes as long to import as everything else here
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Run the command in ``argv`` (without the program's name) and return its exit code; never raises on purpose."""
    if list(argv) in (["--version"], ["-V"], ["version"]):
        return _version()
    from scantling.model.errors import ScantlingError

    from .console import say, say_error

    try:
        return _run(argv)
    except ScantlingError as error:
        if _debug(argv):
            import traceback

            say(traceback.format_exc().rstrip())
        say_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except OSError as error:  # a full disk, a missing right: the path says enough
        if _debug(argv):
            import traceback

            say(traceback.format_exc().rstrip())
        say_error(ScantlingError(error.strerror or str(error), where=str(error.filename or "")))
        return ScantlingError.exit_code
    except MemoryError:
        say("error: out of memory\n  help: give it more, or scan one platform or fewer layers at once")
        return ScantlingError.exit_code
    except Exception as error:  # the last door: without --debug nobody should see a traceback
        return _unexpected(error, argv)


def _version() -> int:
    try:
        if sys.stdout is not None:
            sys.stdout.write(f"scantling {__version__}\n")
    except OSError:
        from .outputs import silence_stdout

        silence_stdout()
    return 0


def _run(argv: Sequence[str]) -> int:
    from pathlib import Path

    from .parse import parse
    from .settings import resolve

    try:
        parsed = parse(argv)
    except SystemExit as ended:  # --help printed what was asked for
        return ended.code if isinstance(ended.code, int) else 0
    settings = resolve(parsed.command.name, parsed.arguments, parsed.given, os.environ, Path.cwd())
    return parsed.command.load()(settings)


def _unexpected(error: Exception, argv: Sequence[str]) -> int:
    from scantling.guard.display import printable

    from .console import say

    if _debug(argv):
        import traceback

        say(traceback.format_exc().rstrip())
    say(f"error: a fault in scantling itself: {type(error).__name__}: {printable(str(error))}")
    say("  help: run again with --debug and report what it prints")
    return 3


def _debug(argv: Sequence[str]) -> bool:
    if not {"--debug", "-d"}.isdisjoint(argv):
        return True
    return os.environ.get("SCANTLING_DEBUG", "").lower() in {"1", "true", "yes", "on"}


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def entry() -> None:
    """The console script: signals, exit code."""
    import signal

    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # between two bytecodes of main itself
        code = INTERRUPTED
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        from .outputs import silence_stdout

        silence_stdout()
    sys.exit(code)
