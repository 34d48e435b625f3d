"""From a Dockerfile, a Compose file, a manifest or a directory of them to a report. Needs no database."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.base.recognise import Recognised
from scantling.check.patch import corrected, diff
from scantling.check.rule import Edit
from scantling.check.source import judge, may_be_config
from scantling.enrich.catalog import without_database
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Unscannable
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory
from scantling.model.report import Report
from scantling.policy.evaluate import evaluate
from scantling.policy.gate import Gate

from .assemble import assemble
from .options import ScanOptions

if TYPE_CHECKING:
    from .ignore_policy import IgnorePolicy

_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox"})
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class ConfigScan:
    """``report`` is judged by the gate; ``patch`` is a unified diff of what can be corrected mechanically, "" for
    nothing; ``files`` is the number of files judged."""

    report: Report
    patch: str
    files: int


def scan_config(target: str, gate: Gate, now: datetime, ignore_policy: IgnorePolicy | None = None) -> ConfigScan:
    """Judge ``target``, a file or a directory. Links are not followed. Raises ``Unscannable`` where there is nothing
    to read; a file that cannot be read or parsed is a ``Gap``."""
    root = Path(target)
    gaps: list[Gap] = []
    findings: list[Finding] = []
    patches: list[str] = []
    files = 0
    named = not root.is_dir()
    today = now.date().isoformat()
    if named and not root.is_file():
        raise Unscannable(
            "no such file or directory", where=target, hint="name a Dockerfile, a YAML file or a directory"
        )
    for path, shown in [(root, root.as_posix())] if named else _walk(root, gaps):
        if files >= limits.CONFIG_FILES:
            gaps.append(
                Gap("limit-reached", target, f"more than {limits.CONFIG_FILES} files: the others were not read")
            )
            break
        data = _read(path, shown, gaps)
        if data is None:
            continue
        judged = judge(shown, data, named=named, today=today)
        files += judged.is_config
        findings += judged.findings
        gaps += judged.gaps
        if judged.edits:
            patches.append(_patch(shown, data, judged.edits, today))
    if not files and not gaps:
        gaps.append(Gap("no-config", target, "no Dockerfile, Compose file or Kubernetes manifest was found"))
    return ConfigScan(_report(target, findings, gaps, gate, now, ignore_policy), "".join(patches), files)


def _patch(shown: str, data: bytes, edits: tuple[Edit, ...], today: str) -> str:
    """The diff of all corrections: some touch the same line, so that what is left is judged again."""
    if b"\r" in data:
        return ""  # a diff of such lines does not survive most of the tools it passes
    text = data.decode()
    for _ in range(_ROUNDS):
        if not edits:
            break
        text = corrected(text, edits)
        edits = judge(shown, text.encode(), today=today).edits
    return diff(shown.lstrip("/"), data.decode(), text)


def _report(
    target: str,
    findings: list[Finding],
    gaps: list[Gap],
    gate: Gate,
    now: datetime,
    ignore_policy: IgnorePolicy | None,
) -> Report:
    info = ImageInfo(target, "config")
    options = ScanOptions(gate=gate, now=now, scanners=frozenset({"misconfig"}), use_cache=False, cache_dir=Path())
    enriched = without_database(findings, info)
    ordered = sorted(enriched.findings, key=lambda f: (f.path, f.line or 0, f.id, f.fingerprint))
    found = replace(enriched, findings=tuple(ordered))
    report = assemble(info, Inventory(None, ()), None, found, tuple(sorted(set(gaps))), options, Recognised())
    if ignore_policy is not None:
        from .ignore_policy import ignore

        report = ignore(report, ignore_policy, now)
    return replace(report, verdict=evaluate(report, gate))


def _walk(root: Path, gaps: list[Gap]) -> Iterator[tuple[Path, str]]:
    """Files below ``root`` that may be configuration, sorted, with their paths relative to it."""
    seen = 0

    def lost(error: OSError) -> None:
        gaps.append(Gap("unreadable-file", str(error.filename or root), f"directory not read: {error.strerror}"))

    for directory, names, members in os.walk(root, onerror=lost):
        here = Path(directory)
        relative = here.relative_to(root)
        names[:] = sorted(name for name in names if name not in _SKIPPED)
        if len(relative.parts) >= limits.CONFIG_DEPTH and names:
            gaps.append(Gap("limit-reached", relative.as_posix(), "directories nested too deeply: not read"))
            names.clear()
        for name in sorted(members):
            seen += 1
            if seen > limits.CONFIG_ENTRIES:
                reason = f"more than {limits.CONFIG_ENTRIES} files: the others were not looked at"
                gaps.append(Gap("limit-reached", str(root), reason))
                return
            if may_be_config(name):
                yield here / name, (relative / name).as_posix()


def _read(path: Path, shown: str, gaps: list[Gap]) -> bytes | None:
    """The bytes of a regular file, None for anything else (named as a gap where it may matter)."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        if not path.is_symlink():
            gaps.append(Gap("unreadable-file", shown, f"not read: {error.strerror}"))
        else:
            gaps.append(Gap("unreadable-file", shown, "a link, which is not followed", blocks=False))
        return None
    with os.fdopen(file, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        return stream.read(limits.RUN_YAML_BYTES + 1)
