"""What follows on a verdict: one record in the audit trail (``--audit``), also of a scan that fails; people and
programs are told (``--notify``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.model.errors import ScantlingError

from .console import say
from .options import ATTACHED_VEX
from .settings import Settings

if TYPE_CHECKING:
    from scantling.model.report import Report
    from scantling.policy.asked import Asked
    from scantling.policy.gate import Gate

Done = Callable[["Report", int, "Gate", "Asked | None"], None]
"""Called with the report as it was shown, the exit code, the gate and the policies."""

_INTERRUPTED = 130


@contextmanager
def concluded(settings: Settings, target: str) -> Iterator[Done]:
    """What to call once there is a verdict; without ``--audit`` and ``--notify`` that does nothing. Raises
    ``UsageError`` before anything else if it could not be done."""
    tell = _notifier(settings)
    if not settings["audit"]:
        yield lambda report, code, _gate, _asked: tell(report, code)
        return
    from scantling.audit.trail import check

    path = Path(settings["audit"])
    check(path)
    recorded = False

    def done(report: Report, code: int, gate: Gate, asked: Asked | None) -> None:
        nonlocal recorded
        from scantling.audit.entry import of_inputs, of_report

        recorded = True
        _append(path, settings, {**of_report(report, code, gate, asked), **of_inputs(_inputs(settings))})
        tell(report, code)

    try:
        yield done
    except BaseException as error:  # a fault of ours is a scan without a verdict, too
        if not recorded:
            from scantling.audit.entry import of_error

            known = error.exit_code if isinstance(error, ScantlingError) else ScantlingError.exit_code
            code = _INTERRUPTED if isinstance(error, KeyboardInterrupt) else known
            try:
                _append(path, settings, of_error(target, error, code))
            except ScantlingError as other:  # what went wrong first is what is raised
                say(f"warning: no record of this in the audit trail: {other}")
        raise


def _inputs(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The files beside policies that a verdict depends on."""
    from .scanning import ignore_files

    if "ignorefile" in settings.values:
        yield from (("exceptions", path) for path in ignore_files(settings))
    yield from (("vex", Path(name)) for name in settings.values.get("vex", ()) if name != ATTACHED_VEX)
    for key in ("baseline", "ignore_policy"):
        if settings.values.get(key):
            yield key.replace("_", "-"), Path(settings[key])


def _notifier(settings: Settings) -> Callable[[Report, int], None]:
    tell = None
    if settings.values.get("notify"):
        from .notified import notifier

        tell = notifier(settings)
    return tell or (lambda _report, _code: None)


def _append(path: Path, settings: Settings, body: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    from scantling.audit.entry import began
    from scantling.audit.trail import append

    started = began(settings.command, settings.environ, datetime.now(UTC))
    append(
        path, {**started, **body}, on_wait=lambda _: None if settings["quiet"] else say("waiting for the audit trail")
    )
