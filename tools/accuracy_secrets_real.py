"""Secrets planted in a real image, and the false alarms of its real files: Scantling, Kingfisher, detect-secrets.

``accuracy_secrets_real.py [--layout DIR] [--peers DIRECTORY]``: DIR is an OCI layout (default: the tests' real image,
built if need be), DIRECTORY the ``bin`` of an environment with ``kingfisher-bin`` and ``detect-secrets``. The image
gets two more layers: one with the secrets of ``tests/support/planted_secrets.py``, one that deletes some of them. The
peers read directories: they are given every layer unpacked, so that what is deleted is there for them too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from accuracy_secrets import kingfisher_paths
from support import real_image
from support.oci import layer_blobs
from support.planted_secrets import Plant, plants


def main() -> int:
    """Print the tables; fail where a planted secret is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layout", type=Path)
    parser.add_argument("--peers", type=Path)
    asked = parser.parse_args()
    if asked.layout is None and (why := real_image.missing()):
        raise SystemExit(f"cannot build the image: {why}")
    layout = asked.layout or real_image.build(ROOT / "build" / "bench" / "image").layout
    planted = plants()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        image, unpacked = _planted_image(work, layout, planted), work / "unpacked"
        size = _unpack(layout, planted, unpacked)
        print(f"{len(planted)} secrets planted in an image of {size / 1e6:.0f} MB\n")
        print("| scanner | found | missed | false alarms | MB/s |\n|---|---|---|---|---|")
        rows: dict[str, Callable[[], set[str]]] = {"scantling": lambda: ours(image, work)}
        if asked.peers is not None:
            rows["kingfisher"] = lambda: kingfisher(asked.peers / "kingfisher", unpacked)
            # over the whole image it takes more than nine minutes: the planted files alone
            rows["detect-secrets*"] = lambda: detect_secrets(asked.peers / "detect-secrets", work / "tree0")
        return compare(rows, planted, size)


def compare(rows: dict[str, Callable[[], set[str]]], planted: tuple[Plant, ...], size: int) -> int:
    """Print a row for each of ``rows`` and what it missed; a name with a star was given the planted files alone."""
    places = {plant.path: plant.kind for plant in planted}
    missed: dict[str, Counter[str]] = {}
    alarms: dict[str, list[str]] = {}
    for name, find in rows.items():
        before = time.perf_counter()
        found = find()
        seconds = time.perf_counter() - before
        missed[name] = Counter(places[path] for path in places.keys() - found)
        alarms[name] = sorted(found - places.keys())
        hit = len(places.keys() & found)
        seen = sum(len(plant.content) for plant in planted) if name.endswith("*") else size
        print(f"| {name} | {hit} | {len(places) - hit} | {len(alarms[name])} | {seen / seconds / 1e6:.1f} |")
    for name in rows:
        print(
            f"\n{name} missed: " + (", ".join(f"{kind} ({n})" for kind, n in sorted(missed[name].items())) or "nothing")
        )
        for path in alarms[name][:20]:
            print(f"  false alarm: {path}")
    return 1 if missed["scantling"] else 0


def _planted_image(work: Path, layout: Path, planted: tuple[Plant, ...]) -> str:
    shutil.copytree(layout, work / "layout")
    target = f"{work / 'layout'}:latest"
    for number, members in enumerate((planted, tuple(plant for plant in planted if plant.deleted))):
        tree = work / f"tree{number}"
        for plant in members:
            path = tree / plant.path if not number else (tree / plant.path).with_name(f".wh.{Path(plant.path).name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"" if number else plant.content)
        tar = work / f"layer{number}.tar"
        subprocess.run(["tar", "cf", str(tar), "-C", str(tree), "."], check=True)
        subprocess.run(["umoci", "raw", "add-layer", "--image", target, str(tar)], check=True, capture_output=True)
    return f"oci:{target}"


def _unpack(layout: Path, planted: tuple[Plant, ...], place: Path) -> int:
    """Every layer's files one over the other, whiteouts not obeyed; their bytes together."""
    place.mkdir()
    for blob in layer_blobs(layout):
        subprocess.run(["tar", "xf", str(blob), "-C", str(place), "--exclude=dev/*", "--exclude=./dev/*"], check=True)
    for plant in planted:
        path = place / plant.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(plant.content)
    return sum(path.lstat().st_size for path in place.rglob("*") if path.is_file() and not path.is_symlink())


def ours(image: str, work: Path) -> set[str]:
    """The files, or archives, in which Scantling finds something."""
    out = work / "report.json"
    words = ["--scanners", "secret", "--cache-dir", str(work / "cache"), "-q", "-f", "json", "-o", str(out)]
    subprocess.run([sys.executable, "-m", "scantling", "image", *words, image], check=True)
    found = json.loads(out.read_text())["findings"]
    return {finding["path"].lstrip("/").partition("!/")[0] for finding in found}


def kingfisher(program: Path, root: Path) -> set[str]:
    """Those in which Kingfisher does, below ``root``."""
    return {str(path.relative_to(root)).partition("!")[0] for path in kingfisher_paths(program, root)}


def detect_secrets(program: Path, root: Path) -> set[str]:
    """Those in which detect-secrets does."""
    done = subprocess.run(
        [program, "scan", "--all-files", "."], cwd=root, capture_output=True, text=True, check=False, timeout=3600
    )
    return {str(Path(name)) for name in json.loads(done.stdout)["results"]}


if __name__ == "__main__":
    sys.exit(main())
