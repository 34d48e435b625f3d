"""A plan for a person at a terminal: the outcome, what to do and to run, and what is left to decide."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.guard.display import pad, printable, wrap
from scantling.report.paint import Paint

from .change import Plan
from .words import effect, left_groups, outcome, remarks, title

_LABEL = 8
_IDS = 6
_GROUPS = 40


def render(plan: Plan, width: int, paint: Paint) -> bytes:
    """``plan`` as UTF-8 text of at most ``width`` columns; commands are never broken, so that they can be copied."""
    parts = [list(_head(plan, width, paint)), list(_changes(plan, width, paint)), list(_commands(plan, paint)),
             list(_left(plan, width, paint)), list(_notes(plan, width, paint))]  # fmt: skip
    return ("\n\n".join("\n".join(lines) for lines in parts if lines) + "\n").encode("utf-8", "replace")


def _head(plan: Plan, width: int, paint: Paint) -> Iterator[str]:
    style = "good" if plan.after == "pass" else "bad"
    for label, text, look in (
        ("Image", printable(plan.image), ""),
        ("Gate", printable(plan.gate), ""),
        ("", outcome(plan), style),
    ):
        for index, line in enumerate(wrap(text, width - _LABEL)):
            yield paint("bold", pad(label if index == 0 else "", _LABEL)) + (paint(look, line) if look else line)


def _changes(plan: Plan, width: int, paint: Paint) -> Iterator[str]:
    if plan.changes:
        yield paint("heading", f"Changes ({len(plan.changes)}), those that clear most first")
    for number, change in enumerate(plan.changes, 1):
        head = f"{number:>3}. "
        for index, line in enumerate(wrap(f"{title(change)}: {effect(change)}", width - len(head))):
            yield (head if index == 0 else " " * len(head)) + line
        if said := "; ".join(remarks(change)):
            yield from (paint("dim", " " * len(head) + line) for line in wrap(said, width - len(head)))


def _commands(plan: Plan, paint: Paint) -> Iterator[str]:
    if plan.patched is not None:
        files = ", ".join(map(printable, plan.patched.files)) or "nothing that it could change"
        yield paint("heading", "Patch") + f": {files} ({len(plan.patched.done)} of {len(plan.changes)} changes)"
        if plan.patched.refresh:
            yield "  after it, for the lock files:"
        yield from (f"  {printable(line)}" for line in plan.patched.refresh)
    if plan.commands:
        yield paint("heading", "Commands" if plan.patched is None else "Commands for what is not in the patch")
    yield from (f"  {printable(line)}" for line in plan.commands)


def _left(plan: Plan, width: int, paint: Paint) -> Iterator[str]:
    if not plan.left:
        return
    yield paint("heading", f"Left to decide ({len(plan.left)})")
    groups = tuple(left_groups(plan.left))
    for text, members in groups[:_GROUPS]:
        ids = [printable(one.id) for one in members]
        more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
        yield from (f"  {line}" for line in wrap(f"{', '.join(ids[:_IDS])}{more}: {text}", width - 2))
        *choices, accept = members[0].choices or ("",)
        for choice in choices:
            yield from (paint("dim", f"    {line}") for line in wrap(printable(choice), width - 4))
        if accept:
            yield paint("dim", f"    {printable(accept)}")
    if len(groups) > _GROUPS:
        yield f"  and {len(groups) - _GROUPS} more places: -f json has them all"


def _notes(plan: Plan, width: int, paint: Paint) -> Iterator[str]:
    for note in plan.notes:
        yield from (paint("warn", line) for line in wrap(f"Mind: {printable(note)}", width))
