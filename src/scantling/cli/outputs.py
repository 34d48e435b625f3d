"""Where reports go: each format with its file, checked before the scan, written after it, whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import ScantlingError, UsageError

from .console import terminal_width, wants_color

if TYPE_CHECKING:
    from scantling.model.report import Report
    from scantling.report.build import Build
    from scantling.report.paint import Paint

    from .settings import Settings


@dataclass(frozen=True, slots=True)
class Output:
    """``path`` None is standard output."""

    format: str
    path: Path | None


def pair(formats: Sequence[str], files: Sequence[str]) -> tuple[Output, ...]:
    """The n-th format goes to the n-th file; one format more than files goes to standard output.

    Raises ``UsageError`` if files are left over, two reports would share a file, or a file cannot be written.
    """
    formats = formats or ("table",)
    if len(files) > len(formats):
        raise UsageError(
            f"{len(files)} output files for {len(formats)} format{'s' if len(formats) > 1 else ''}",
            where="--output",
            hint="give each --output its --format: -f json -o a.json -f sarif -o a.sarif",
        )
    if len(formats) - len(files) > 1:
        raise UsageError(
            "several reports on standard output",
            where="--format",
            hint="give each --format its --output: -f json -o a.json -f sarif -o a.sarif",
        )
    padded = [*files, *[""] * (len(formats) - len(files))]
    outputs = tuple(
        Output(format_, None if name in {"", "-"} else Path(name))
        for format_, name in zip(formats, padded, strict=True)
    )
    _check(outputs)
    return outputs


def pair_of(settings: Settings, formats: Sequence[str], what: str) -> tuple[Output, ...]:
    """``pair`` for a command that writes ``what`` in ``formats`` alone. Raises ``UsageError``."""
    outputs = pair(settings["format"], settings["output"])
    if wrong := sorted({output.format for output in outputs} - set(formats)):
        hint = f"one of {', '.join(formats)}"
        raise UsageError(f"{what} cannot be written as {wrong[0]}", where="--format", hint=hint)
    return outputs


def on_screen(output: Output, settings: Settings) -> tuple[int, Paint]:
    """How wide a table for ``output`` may be, and its colours."""
    from scantling.report.paint import Paint

    when = settings["color"]
    if output.path is None:
        return terminal_width(settings.environ), Paint(wants_color(when, settings.environ))
    return 80, Paint(when == "always")


def _check(outputs: tuple[Output, ...]) -> None:
    seen: set[str] = set()
    for output in outputs:
        place = os.path.realpath(output.path) if output.path is not None else "-"
        if place in seen:
            name = printable(str(output.path)) if output.path is not None else "standard output"
            raise UsageError("two reports would be written to the same place", where=name)
        seen.add(place)
        if output.path is not None:
            check_writable(output.path)


def check_writable(path: Path) -> None:
    """Raise ``UsageError`` if ``path`` cannot be made or replaced: better before a scan than after it."""
    where = str(path)
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise UsageError("the output is a directory", where=where, hint="name a file in it")
    if not target.parent.is_dir():
        raise UsageError("the directory of the output does not exist", where=where, hint=f"mkdir -p {target.parent}")
    if not os.access(target if _is_special(target) else target.parent, os.W_OK):
        raise UsageError("the output cannot be written: permission denied", where=where)


def load_template(outputs: Sequence[Output], settings: Settings) -> str | None:
    """The text of ``--template``, checked, if a report of that format is wanted. Raises ``UsageError``."""
    name: str | None = settings["template"]
    wanted = any(output.format == "template" for output in outputs)
    if wanted and not name:
        raise UsageError("no template given", where="--format template", hint="add --template FILE")
    if name and not wanted:
        raise UsageError("a template without its format", where="--template", hint="add --format template")
    if not name:
        return None
    from scantling.report.template import load

    return load(Path(name.removeprefix("@")))


def build_of_run(outputs: Sequence[Output], settings: Settings) -> Build | None:
    """Which run of a pipeline this is, if a report of the format ``github`` is wanted. Raises ``UsageError``."""
    if not any(output.format == "github" for output in outputs):
        return None
    from scantling.report.build import build_of

    return build_of(settings.environ)


def write_reports(report: Report, outputs: Sequence[Output], settings: Settings) -> None:
    """Render every report, then write the files, then standard output."""
    from scantling.report.catalog import reporter
    from scantling.report.options import ReportOptions

    from .sources import LOCATED, sources_of

    template = load_template(outputs, settings)
    sources = sources_of(report, settings) if any(output.format in LOCATED for output in outputs) else None
    build = build_of_run(outputs, settings)
    rendered = []
    for output in outputs:
        width, paint = on_screen(output, settings)
        options = ReportOptions(
            color=paint.color,
            width=width,
            list_packages=settings["list_all_pkgs"] or "packages" in (settings.values.get("scanners") or ()),
            negligible="NEGLIGIBLE" in settings.values.get("severity", ()),
            compliance_checks=settings.values.get("compliance_report") == "all",
            template=template,
            template_name=settings["template"] or "",
            sources=sources,
            build=build,
        )
        rendered.append((output, reporter(output.format)(report, options)))
    write_rendered(rendered)


def write_rendered(rendered: Sequence[tuple[Output, bytes]]) -> None:
    """Write the files, then standard output."""
    for output, data in rendered:
        if output.path is not None:
            _write_file(output.path, data)
    for output, data in rendered:
        if output.path is None:
            write_stdout(data)


def _write_file(path: Path, data: bytes) -> None:
    from scantling.store.atomic import replace_file

    # through a link the file behind it is replaced, not the link; /dev/stdout or a FIFO is written to, not replaced
    target = Path(os.path.realpath(path))
    try:
        if _is_special(target):
            with target.open("wb") as file:
                file.write(data)
        else:
            replace_file(target, data)
    except OSError as error:
        raise ScantlingError(f"cannot write the report: {error.strerror or error}", where=str(path)) from error


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def write_stdout(data: bytes) -> None:
    """Write all of ``data``. A reader that went away is no error; a full disk is (exit 3)."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        silence_stdout()
    except OSError as error:
        silence_stdout()
        raise ScantlingError(f"cannot write the report: {error.strerror or error}", where="standard output") from error


def silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush does not complain either."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
