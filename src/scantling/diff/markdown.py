"""The differences as Markdown, for a comment or a change log: the sum first, lists folded, never over its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.guard import limits
from scantling.report.amounts import size
from scantling.report.markdown import Part, code, plain

from .changes import Changes, FindingChange, counts
from .words import name_of, package_counts, size_change

_ROWS, _UNFOLDED = 100, 15


def render(found: Changes) -> bytes:
    """``found`` as GitHub-flavoured Markdown of at most ``limits.MARKDOWN_BYTES`` bytes; what is cut is counted."""
    text = "\n".join(_head(found)) + "\n"
    for title, rows, unfolded in (
        ("New", _findings(found.new), True),
        ("Fixed", _findings(found.fixed), False),
        ("Severity changed", _findings(found.severity), False),
        ("Accepted since", _findings(found.accepted), False),
        ("Packages", _packages(found), False),
        ("Configuration", _settings(found), False),
    ):
        if len(rows) > 2:
            text += _part(title, rows, unfolded, limits.MARKDOWN_BYTES - len(text.encode()))
    return text.encode()


def beside(found: Changes, base: str) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """For a comment on the newer report: the lines below its head and the lists before its own. ``base`` says what it
    is compared with."""
    lines = [
        f"**Against {code(base, 80)}:** {len(found.new)} new, {len(found.fixed)} fixed, {found.same} unchanged"
        f"{f', {len(found.severity)} of another severity' if found.severity else ''}"
        f"{f', {len(found.accepted)} accepted since' if found.accepted else ''}. "
        f"Packages: {package_counts(found.packages)}."
    ]
    lines += [f"\n> {plain(note)}" for note in found.notes]
    parts = [
        Part(f"{title} ({count})", tuple(_findings(changes)[2:]), folded, tuple(_findings(())))
        for title, count, changes, folded in (
            ("New", len(found.new), found.new[:_UNFOLDED], False),
            ("More that is new", len(found.new) - _UNFOLDED, found.new[_UNFOLDED:], True),
            ("Fixed", len(found.fixed), found.fixed, True),
            ("Severity changed", len(found.severity), found.severity, True),
            ("Accepted since", len(found.accepted), found.accepted, True),
        )
        if changes
    ]
    return tuple(lines), tuple(parts)


def _head(found: Changes) -> Iterator[str]:
    old, new = found.old, found.new_side
    mark = "❌" if found.new else "✅"
    names = f"{code(old.reference, 80)} → {code(new.reference, 80)}"
    yield f"### {mark} {len(found.new)} new, {len(found.fixed)} fixed: {names}"
    yield ""
    for title, changes in (("New", found.new), ("Fixed", found.fixed)):
        if changes:
            yield f"- **{title}:** " + ", ".join(f"{count} {name.lower()}" for name, count in counts(changes).items())
    yield f"- **Unchanged:** {found.same}"
    yield f"- **Packages:** {package_counts(found.packages)}"
    if old.size >= 0 and new.size >= 0 and (old.layers or new.layers):
        yield (
            f"- **Size:** {size(new.size)} ({size_change(old.size, new.size)}), "
            f"{found.shared_layers} of {new.layers} layers shared"
        )
    for note in found.notes:
        yield f"\n> ⚠️ {plain(note)}"
    yield ""


def _findings(changes: Sequence[FindingChange]) -> list[str]:
    rows = ["| Severity | Id | Where | Fixed in | Why |", "|---|---|---|---|---|"]
    for change in changes:
        finding = change.finding
        fixed = ", ".join(code(version, 40) for version in finding.fixed_versions[:3])
        cells = (finding.severity, code(finding.id, 60), code(name_of(finding), 80), fixed, plain(change.why, 120))
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _packages(found: Changes) -> list[str]:
    rows = ["| Package | | Before | After |", "|---|---|---|---|"]
    for change in found.packages:
        before, after = (code(", ".join(side), 60) for side in (change.before, change.after))
        rows.append(f"| {code(change.name, 80)} | {change.what} | {before} | {after} |")
    return rows


def _settings(found: Changes) -> list[str]:
    rows = ["| Setting | Before | After |", "|---|---|---|"]
    rows += [f"| {plain(one.name, 80)} | {code(one.before, 120)} | {code(one.after, 120)} |" for one in found.settings]
    return rows


def _part(title: str, rows: list[str], unfolded: bool, room: int) -> str:
    head, body = rows[:2], rows[2:]
    opening = f"\n#### {title} ({len(body)})\n\n" if unfolded else (
        f"\n<details><summary>{title} ({len(body)})</summary>\n\n"
    )  # fmt: skip
    closing = "\n" if unfolded else "\n\n</details>\n"
    kept: list[str] = []
    left = room - len((opening + closing + "\n".join(head)).encode()) - 80
    for row in body[:_ROWS]:
        left -= len(row.encode()) + 1
        if left < 0:
            break
        kept.append(row)
    if room < 400:
        return ""
    more = f"\n\nand {len(body) - len(kept)} more." if len(kept) < len(body) else ""
    return opening + "\n".join([*head, *kept]) + more + closing
