"""A plan for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.report.markdown import code, plain

from .change import Plan
from .words import effect, left_groups, outcome, remarks, title

_CELL = 300
_ROWS = 100


def render(plan: Plan) -> bytes:
    """``plan`` as GitHub and GitLab show it."""
    return ("\n".join(_lines(plan)) + "\n").encode("utf-8", "replace")


def _lines(plan: Plan) -> Iterator[str]:
    mark = "✅" if plan.after == "pass" else "❌"
    yield f"### {mark} {len(plan.changes)} changes for {code(plan.image, 80)}\n"
    yield f"The gate ({plain(plan.gate, _CELL)}) {outcome(plan)}."
    if plan.changes:
        yield "\n| # | Change | Clears | Mind |\n|---|---|---|---|"
    for number, change in enumerate(plan.changes[:_ROWS], 1):
        said = plain("; ".join(remarks(change)), _CELL)
        yield f"| {number} | {plain(title(change), _CELL)} | {effect(change)} | {said} |"
    if len(plan.changes) > _ROWS:
        yield f"\nand {len(plan.changes) - _ROWS} more."
    if plan.patched is not None:
        files = ", ".join(code(path, 100) for path in plan.patched.files[:_ROWS])
        yield f"\nThe patch has {len(plan.patched.done)} of the changes: {files}."
        yield from (f"- then {code(line, 200)}" for line in plan.patched.refresh[:_ROWS])
    if plan.commands:
        yield "\n```sh"
        yield from (line.replace("```", "") for line in plan.commands)
        yield "```"
    if plan.left:
        yield f"\n<details><summary>Left to decide ({len(plan.left)})</summary>\n"
        groups = tuple(left_groups(plan.left))
        for text, members in groups[:_ROWS]:
            yield f"- {', '.join(code(one.id, 60) for one in members[:6])}: {plain(text, _CELL)}"
        if len(groups) > _ROWS:
            yield f"- and {len(groups) - _ROWS} more places"
        yield "\n</details>"
    for note in plan.notes:
        yield f"\n> {plain(note, _CELL)}"
