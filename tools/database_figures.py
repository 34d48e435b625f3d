"""What a database of all feeds costs: to build, to keep, to open, to look 500 packages up in.

    python tools/database_figures.py FEEDS

Prints a line for each figure beside its goal (issue tracker, "Everything an image can hold"); 1 when one is missed.
Times are medians of nine runs in processes of their own.
"""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-11-23T00:00:00Z"
RUNS = 9
LOOK_UP = """
import sys, time
from pathlib import Path
from scantling.db.open import open_database
names = [line.split("\\t") for line in Path(sys.argv[2]).read_text().splitlines()]
start = time.perf_counter()
database = open_database(Path(sys.argv[1]), Path(sys.argv[3]))
opened = time.perf_counter()
found = sum(len(database.advisories(ecosystem, name)) for ecosystem, name in names)
print(opened - start, time.perf_counter() - opened, found)
"""


def main(feeds: Path) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "feeds.sqlite"
        command = [sys.executable, "-m", "scantling", "db", "build", str(path), "--now", NOW, "-q"]
        started = time.monotonic()
        subprocess.run(command, env={**os.environ, "SCANTLING_FEED_MIRROR": str(feeds)}, check=True)
        seconds = time.monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        packed = subprocess.run(["zstd", "-19", "-T0", "-c", "-q", str(path)], capture_output=True, check=True)
        compressed = len(packed.stdout)
        (Path(scratch) / "names").write_text("".join(f"{one}\t{name}\n" for one, name in _drawn(path)))
        time.sleep(3)  # a file that changed just now is not remembered
        arguments = [sys.executable, "-c", LOOK_UP, str(path), f"{scratch}/names", f"{scratch}/memo"]
        figures = [_figures(arguments) for _ in range(RUNS + 1)][1:]
        size = path.stat().st_size
    rows_ = [
        ("build, seconds", seconds, 180.0),
        ("build, peak MB of one process", peak, 1000.0),
        ("size, MB", size / 1e6, None),
        ("size as zstd -19, MB", compressed / 1e6, 60.0),
        ("open, ms", statistics.median(row[0] for row in figures) * 1000, 10.0),
        ("500 packages of one image looked up, ms", statistics.median(row[1] for row in figures) * 1000, 50.0),
    ]
    print("| figure | measured | goal |\n|---|---|---|")
    for label, value, goal in rows_:
        print(f"| {label} | {value:.1f} | {'' if goal is None else f'under {goal:.0f}'} |")
    return int(any(goal is not None and value >= goal for _, value, goal in rows_))


def _drawn(path: Path) -> list[tuple[str, str]]:
    """500 packages as an image has them: most of one distribution, the rest of two languages."""
    chance = random.Random(20261123)
    found = []
    with sqlite3.connect(path) as connection:
        for ecosystem, count in (("debian:12", 400), ("pypi", 60), ("npm", 40)):
            rows = connection.execute("SELECT name FROM package WHERE ecosystem = ? ORDER BY name", (ecosystem,))
            found += [(ecosystem, name) for name in chance.sample([row[0] for row in rows], count)]
    return found


def _figures(arguments: list[str]) -> list[float]:
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
