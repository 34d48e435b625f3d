"""Fails when a ratio of the committed table has become more than 20% worse. Run by hand, on a quiet machine.

python tools/bench_check.py [--images small,medium] [--rounds 5]
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from bench import PAGE, run
from bench_page import ratios, read

WORSE = 1.2
_TOO_SHORT = 0.002  # ratios below this are milliseconds against seconds: noise


def main() -> int:
    """Measure again, compare; 1 for a regression."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", default="small,medium")
    asked = parser.parse_args()
    lines = regressions(read(PAGE), ratios(run(tuple(asked.images.split(",")), asked.rounds)))
    print("\n".join(lines) or "no ratio is more than 20% worse")
    return 1 if lines else 0


def regressions(committed: Mapping[tuple[str, str], float], found: Mapping[tuple[str, str], float]) -> list[str]:
    """One line for each of Scantling's ratios that is worse than committed."""
    return [
        f"{image}, {name}: {found[image, name]:.3f}, committed {before:.3f}"
        for (image, name), before in sorted(committed.items())
        if name.startswith("scantling")
        and (image, name) in found
        and found[image, name] > max(before, _TOO_SHORT) * WORSE
    ]


if __name__ == "__main__":
    raise SystemExit(main())
