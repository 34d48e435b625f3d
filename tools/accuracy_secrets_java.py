"""Secrets in a Java application's archives and beside them: Scantling, Kingfisher and detect-secrets on the same files.

``accuracy_secrets_java.py [--jars DIR] [--peers DIRECTORY]``: the real jars below DIR are the image's libraries, which
say what false alarms and time cost; DIRECTORY is the ``bin`` of an environment with ``kingfisher-bin`` and
``detect-secrets``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from accuracy_secrets_real import compare, detect_secrets, kingfisher, ours
from support.oci import build_layout
from support.planted_java import java_plants


def main() -> int:
    """Print the table; fail where a planted secret is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jars", type=Path)
    parser.add_argument("--peers", type=Path)
    asked = parser.parse_args()
    planted = java_plants()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        tree = work / "tree"
        for plant in planted:
            path = tree / plant.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(plant.content)
        own = shutil.copytree(tree, work / "planted")
        libraries = sorted(asked.jars.rglob("*.jar")) if asked.jars else []
        for number, jar in enumerate(libraries):
            path = tree / f"srv/lib/{number}/{jar.name}"
            path.parent.mkdir(parents=True)
            shutil.copyfile(jar, path)
        size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
        print(f"{len(planted)} secrets planted beside {len(libraries)} jars, {size / 1e6:.0f} MB\n")
        print("| scanner | found | missed | false alarms | MB/s |\n|---|---|---|---|---|")
        subprocess.run(["tar", "cf", str(work / "layer.tar"), "-C", str(tree), "."], check=True)
        layout = build_layout(work / "layout", [(work / "layer.tar").read_bytes()])
        rows: dict[str, Callable[[], set[str]]] = {"scantling": lambda: ours(f"oci:{layout}:latest", work)}
        if asked.peers is not None:
            rows["kingfisher"] = lambda: kingfisher(asked.peers / "kingfisher", tree)
            rows["detect-secrets*"] = lambda: detect_secrets(asked.peers / "detect-secrets", own)
        return compare(rows, planted, size)


if __name__ == "__main__":
    sys.exit(main())
