"""Packages and findings of a real image against those who know best, as a table: found, missed, extra.

    make accuracy [FEEDS=path of a feed mirror]

Packages against dpkg-query, pip and npm; findings against a recomputation from the feeds that shares no code with
the product (``tests/support/recompute.py``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import real_image, recompute

CLOCK = "2026-11-23T00:00:00Z"


def main() -> int:
    """Print the table; 1 when anything is missed or extra."""
    if why := real_image.missing():
        print(f"cannot build the image: {why}")
        return 1
    feeds = Path(os.environ.get("FEEDS") or ROOT.parent / "shared" / "feeds")
    image = real_image.build(ROOT / "build" / "bench" / "image")
    with tempfile.TemporaryDirectory() as scratch:
        report = _scan(image.layout, feeds, Path(scratch))
    rows: list[tuple[str, set[Any], set[Any]]] = []
    for type_, oracle, expected in (
        ("deb packages", "deb", image.debs), ("pypi packages", "pypi", image.pypi), ("npm packages", "npm", image.npm),
    ):  # fmt: skip
        found = {(p["name"], p["version"]) for p in report["packages"] if p["type"] == oracle}
        rows.append((type_, set(expected), found))
    if feeds.is_dir():
        names = {p["purl"]: p["name"] for p in report["packages"] if p["type"] == "deb"}
        flaws = [f for f in report["findings"] if f["kind"] == "vulnerability"]
        debian = {(f["id"], names[f["package"]]) for f in flaws if f["package"] in names}
        rows.append(("deb findings", recompute.debian(feeds, image.suite, image.sources), debian))
    print(f"| {image.suite} image | expected | found | missed | extra |\n|---|---|---|---|---|")
    for label, expected, found in rows:
        print(f"| {label} | {len(expected)} | {len(found)} | {len(expected - found)} | {len(found - expected)} |")
    for label, expected, found in rows:
        for item in sorted(expected - found):
            print(f"missed in {label}: {item}")
        for item in sorted(found - expected):
            print(f"extra in {label}: {item}")
    return int(any(expected != found for _, expected, found in rows))


def _scan(layout: Path, feeds: Path, scratch: Path) -> dict[str, Any]:
    environment = {**os.environ, "SCANTLING_FEED_MIRROR": str(feeds), "SCANTLING_CACHE_DIR": str(scratch)}
    scantling = [sys.executable, "-m", "scantling"]
    arguments = ["image", f"oci:{layout}:latest", "-q", "-f", "json", "--now", CLOCK]
    if feeds.is_dir():
        database = scratch / "feeds.sqlite"
        build = [*scantling, "db", "build", str(database), "--now", CLOCK]
        subprocess.run(build, env=environment, check=True, stdout=subprocess.DEVNULL)
        environment["SCANTLING_DB"] = str(database)
    else:
        print(f"no feed mirror at {feeds}: packages only")
        arguments += ["--scanners", "packages"]
    outcome = subprocess.run([*scantling, *arguments], env=environment, check=True, capture_output=True)
    report: dict[str, Any] = json.loads(outcome.stdout)
    return report


if __name__ == "__main__":
    raise SystemExit(main())
