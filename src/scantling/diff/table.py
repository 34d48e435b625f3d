"""The differences for a person at a terminal: the sum first, then what is new, what is gone, and what moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.guard.display import clip, display_width, pad, printable, wrap
from scantling.report.amounts import size
from scantling.report.paint import Paint

from .changes import Changes, FindingChange, Side, counts
from .packages import ADDED, DOWNGRADED, REMOVED, UPGRADED, PackageChange
from .words import name_of, package_counts, size_change

_LABEL = 10
_SIGNS = {ADDED: "+", REMOVED: "-", UPGRADED: "↑", DOWNGRADED: "↓"}


def render(found: Changes, width: int, paint: Paint) -> bytes:
    """``found`` as UTF-8 text of at most ``width`` columns."""
    parts = [
        list(_head(found, width, paint)),
        list(_findings("New", found.new, "bad", width, paint)),
        list(_findings("Fixed", found.fixed, "good", width, paint)),
        list(_findings("Severity changed", found.severity, "warn", width, paint)),
        list(_findings("Accepted since", found.accepted, "dim", width, paint)),
        list(_packages(found.packages, width, paint)),
        list(_settings(found, width, paint)),
        [paint("warn", line) for note in found.notes for line in wrap(f"Mind: {note}", width)],
    ]
    text = "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
    return text.encode("utf-8", "replace")


def _head(found: Changes, width: int, paint: Paint) -> Iterator[str]:
    for label, side in (("Old", found.old), ("New", found.new_side)):
        yield from _row(label, _side(side), width, paint)
    total = (
        f"{len(found.new)} new{_by_severity(found.new)}, {len(found.fixed)} fixed{_by_severity(found.fixed)}, "
        f"{found.same} unchanged"
    )
    if found.severity:
        total += f", {len(found.severity)} with another severity"
    if found.accepted:
        total += f", {len(found.accepted)} accepted since"
    yield from _row("Findings", total, width, paint, "bad" if found.new else "good")
    yield from _row("Packages", package_counts(found.packages), width, paint)
    if found.old.layers or found.new_side.layers:
        yield from _row("Layers", f"{found.shared_layers} shared{_sizes(found)}", width, paint)


def _row(label: str, text: str, width: int, paint: Paint, style: str = "") -> Iterator[str]:
    for index, line in enumerate(wrap(text, width - _LABEL)):
        head = paint("bold", pad(label, _LABEL)) if index == 0 else " " * _LABEL
        yield head + (paint(style, line) if style else line)


def _side(side: Side) -> str:
    parts = [printable(side.reference)]
    if side.os:
        parts.append(printable(side.os))
    parts.append(f"{side.findings} finding{'s' if side.findings != 1 else ''}, {side.packages} packages")
    return "; ".join(parts)


def _sizes(found: Changes) -> str:
    old, new = found.old, found.new_side
    text = f" of {old.layers} and {new.layers}"
    if old.size < 0 or new.size < 0:
        return text
    return f"{text}; {size(old.size)} before, {size(new.size)} now ({size_change(old.size, new.size)})"


def _by_severity(changes: Sequence[FindingChange]) -> str:
    parts = [f"{count} {name}" for name, count in counts(changes).items()]
    return f" ({', '.join(parts)})" if parts else ""


def _findings(title: str, changes: Sequence[FindingChange], style: str, width: int, paint: Paint) -> Iterator[str]:
    if not changes:
        return
    yield paint("heading", f"{title} ({len(changes)})")
    for change in changes:
        finding = change.finding
        left = f"  {paint(finding.severity, finding.severity)}{' ' * max(12 - len(finding.severity), 1)}"
        text = f"{printable(finding.id)}  {name_of(finding)}"
        for index, line in enumerate(wrap(text, width - 14)):
            yield (left if index == 0 else " " * 14) + (paint("bold", line) if style == "bad" else line)
        if change.why:
            yield from (" " * 14 + paint("dim", line) for line in wrap(printable(change.why), width - 14, 2))


def _packages(changes: Sequence[PackageChange], width: int, paint: Paint) -> Iterator[str]:
    if not changes:
        return
    yield paint("heading", f"Packages ({len(changes)})")
    names = min(max(display_width(printable(change.name)) for change in changes), width * 2 // 5)
    for change in changes:
        sign = _SIGNS.get(change.what, "~")
        versions = " → ".join(printable(", ".join(side)) for side in (change.before, change.after) if side)
        left = f"  {sign} {pad(clip(printable(change.type), 9), 9)} {pad(clip(printable(change.name), names), names)}  "
        yield left + clip(versions, max(width - display_width(left), 10))


def _settings(found: Changes, width: int, paint: Paint) -> Iterator[str]:
    if not found.settings:
        return
    yield paint("heading", "Configuration")
    for change in found.settings:
        before, after = (clip(printable(text), 200) or "not set" for text in (change.before, change.after))
        for index, line in enumerate(wrap(f"{printable(change.name)}: {before} → {after}", width - 4)):
            yield ("  " if index == 0 else "    ") + line
