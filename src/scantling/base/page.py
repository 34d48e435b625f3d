"""The comparison of bases for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.guard.display import display_width, pad, printable, wrap

from .compare import Alternative, Comparison, Vulnerability, counts, is_better

_KINDS = {"rebuild": "same tag, as it is now", "variant": "smaller variant", "other": "other maker", "named": ""}


def lines(found: Comparison, width: int) -> list[str]:
    """``found`` in lines of at most ``width`` columns, its table apart."""
    base = found.base
    name = base.reference or "name not known"
    behind = {None: "", True: ", behind its tag's newest digest", False: ", its tag's newest"}[base.behind]
    out = [
        f"Image     {printable(found.image)}",
        f"Base      {printable(name)} ({base.layers} layer{'s' if base.layers != 1 else ''}{behind})",
        f"Brings    {_counted(found.present)}, {found.packages} packages, {_size(found.size)}",
        f"Besides   {found.application} vulnerabilities of the application, which no base changes",
        "",
    ]
    if found.alternatives:
        out += [*_table(found.alternatives), ""]
        best = found.alternatives[0]
        if is_better(best, found):
            pinned = f"@{best.digest}" if best.digest else ""
            out.append(f"Fewest    FROM {printable(best.reference)}{pinned}")
        else:
            out.append("Fewest    the present base: no other leaves less")
        if is_better(best, found) and best.distribution != found.distribution:
            out += wrap(f"Mind: it is {printable(best.distribution)}, not {printable(found.distribution)}.", width)
    else:
        out.append("No other base is known: index more of its repository (scantling base index NAME), or name")
        out.append("candidates yourself (scantling base compare IMAGE CANDIDATE...).")
    out += [line for note in found.notes for line in wrap(f"Mind: {printable(note)}", width)]
    return out


def _table(alternatives: Sequence[Alternative]) -> Iterator[str]:
    rows = [("INSTEAD", "WHAT", "FIXES", "ADDS", "LEAVES", "PACKAGES", "SIZE")]
    rows += [
        (
            printable(one.reference),
            _KINDS.get(one.kind, f"newest {one.kind}"),
            _counted(one.fixes),
            _counted(one.adds),
            _counted(one.left) + ("" if one.is_complete else " or more (incomplete)"),
            str(one.packages),
            _size(one.size),
        )
        for one in alternatives
    ]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(pad(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip()


def _counted(found: Sequence[Vulnerability]) -> str:
    """ "12 (1 C, 3 H, 8 L)": the first letters of the severities, the worst first."""
    short = ", ".join(f"{count} {severity[0]}" for severity, count in counts(found).items())
    return f"{len(found)} ({short})" if found else "0"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
