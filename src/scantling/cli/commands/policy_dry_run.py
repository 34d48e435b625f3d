"""``scantling policy dry-run REPORT... --policy P``: what policies would have done to stored reports."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scantling.guard.display import printable, wrap
from scantling.guard.limits import STORED_REPORTS
from scantling.model.errors import Unscannable, UsageError

from ..outputs import Output, on_screen, pair_of, write_rendered
from ..policies import history_of, policies_of
from ..scanning import now_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.model.report import Report, Violation
    from scantling.policy.asked import Asked
    from scantling.policy.dry_run import DryRun
    from scantling.report.paint import Paint

_NAMED = 10


def run(settings: Settings) -> int:
    outputs = pair_of(settings, ("table", "json"), "a dry run")
    asked = policies_of(settings)
    if asked is None:
        raise UsageError("no policy given", where="--policy", hint="name a file, or the shipped one: --policy default")
    files = _files(settings.arguments)
    from scantling.policy.dry_run import summed_up
    from scantling.report.json import encode
    from scantling.report.load import load_report

    unreadable: list[tuple[str, str]] = []
    judged: list[tuple[str, tuple[Violation, ...]]] = []
    with TemporaryDirectory() as scratch:
        history = _history_copy(settings, Path(scratch))
        for file in files:
            try:
                report = load_report(file)
            except Unscannable as error:
                unreadable.append((str(file), error.what))
                continue
            judged.append((_name(report, file), _judged(report, asked, settings, history)))
    found = summed_up(judged, unreadable)

    def rendered(output: Output) -> bytes:
        return encode(found) if output.format == "json" else _table(found, *on_screen(output, settings))

    write_rendered([(output, rendered(output)) for output in outputs])
    return 3 if unreadable else 0


def _files(names: tuple[str, ...]) -> list[Path]:
    """The reports that are named, and those in directories that are. Raises ``UsageError`` for none, or too many."""
    files: list[Path] = []
    for name in names:
        path = Path(name)
        files += sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if len(files) > STORED_REPORTS:
            raise UsageError(f"more than {STORED_REPORTS} reports", where=name, hint="judge them in parts")
    if not files:
        raise UsageError("no report there", where=names[0], hint="reports are written by: scantling image -f json")
    return files


def _history_copy(settings: Settings, scratch: Path) -> Path:
    """A history to count days with that is thrown away: a dry run is not the first sight of anything."""
    from scantling.store.history import user_history

    known = history_of(settings) or user_history()
    copy = scratch / "history.sqlite"
    if known.is_file():
        shutil.copyfile(known, copy)
    return copy


def _judged(report: Report, asked: Asked, settings: Settings, history: Path) -> tuple[Violation, ...]:
    from scantling.pipeline.hold import held
    from scantling.policy.judge import denials_of

    after, violations = held(report, asked, now_of(settings), history)
    new = sorted(set(after.gaps) - set(report.gaps))
    return (*violations, *denials_of(new))  # a rule that cannot be evaluated would have blocked as well


def _name(report: Report, file: Path) -> str:
    return f"{report.target.reference} ({file.name})"


def _table(found: DryRun, width: int, paint: Paint) -> bytes:
    return ("\n".join(_lines(found, width, paint)) + "\n").encode("utf-8", "replace")


def _lines(found: DryRun, width: int, paint: Paint) -> Iterator[str]:
    style = "bad" if found.blocked else "good"
    yield paint(style, f"{len(found.blocked)} of {found.images} images would have been blocked")
    for rule in found.rules:
        name = printable(f"{rule.policy}: {rule.rule}" if rule.policy else rule.rule)
        counts = [f"would have blocked {len(rule.blocked)} of {found.images}"] if rule.blocked else []
        counts += [f"warned of {len(rule.warned)}{' more' if rule.blocked else ''}"] if rule.warned else []
        yield ""
        yield from (paint("bold", line) for line in wrap(f"{name}: {', '.join(counts)}", width))
        images = rule.blocked or rule.warned
        for image in images[:_NAMED]:
            yield from (f"  {line}" for line in wrap(printable(image), width - 2))
        if len(images) > _NAMED:
            yield f"  and {len(images) - _NAMED} more (-f json names all)"
    for file, reason in found.unreadable:
        yield ""
        yield from (paint("warn", line) for line in wrap(f"not judged: {printable(file)}: {printable(reason)}", width))
