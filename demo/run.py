"""The whole way on a small image, with nothing fetched: build it, build a database, scan, and see the gate fail.

    make demo

The advisories are a handful of well-known ones in our own words (``demo/feed``). The database they make is marked
as a demo: the report says so, and a real scan refuses it unless it is named by hand, as it is here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import build_feed
import image

OUT = Path(__file__).resolve().parent.parent / "demo-out"


def main() -> int:
    """Run the demo; 0 when the gate failed as it should."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    image.build(OUT / "image")
    build_feed.build(OUT / "feed")
    environment = {**os.environ, "SCANTLING_FEED_MIRROR": str(OUT / "feed"), "SCANTLING_CACHE_DIR": str(OUT / "cache")}
    database = OUT / "demo.sqlite"
    _step("Build a database from the demo feed")
    if code := _scantling(environment, "db", "build", str(database)):
        return code
    environment["SCANTLING_DB"] = str(database)
    _step("Scan the image: what is in it, what is wrong, what to change")
    target = f"oci:{OUT / 'image'}:latest"
    code = _scantling(
        environment, "image", target, "-f", "table", "-f", "json", "-o", str(OUT / "report.json"),
        "-f", "sarif", "-o", str(OUT / "report.sarif"),
    )  # fmt: skip
    if code:
        return code
    _step("May it ship? The gate of a pipeline: no critical or high finding that has a fix")
    code = _scantling(
        environment, "image", target, "--exit-code", "1", "--severity", "CRITICAL,HIGH", "--ignore-unfixed"
    )
    print(
        f"\nThe gate exited with {code}: {'it failed, as it should' if code == 1 else 'that is not what was expected'}."
    )
    print(f"Reports: {OUT / 'report.json'} and {OUT / 'report.sarif'}")
    return 0 if code == 1 else 1


def _step(title: str) -> None:
    print(f"\n=== {title}", flush=True)


def _scantling(environment: dict[str, str], *arguments: str) -> int:
    print("$ scantling " + " ".join(arguments).replace(str(OUT.parent) + os.sep, ""), flush=True)
    return subprocess.run([sys.executable, "-m", "scantling", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
