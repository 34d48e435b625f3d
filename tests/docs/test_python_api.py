"""The page on the Python API: its examples run, and its names are the public ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import scantling

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/python-api.md").read_text()


def test_the_examples_run(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    script = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1]); import image; image.build(pathlib.Path(sys.argv[2]))"
    )
    build = [sys.executable, "-c", script, str(ROOT / "demo"), "demo-out/image"]
    subprocess.run(build, cwd=tmp_path, check=True)
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        if "report.status" in block:
            assert done.stdout == "complete 16\n"  # hand count: 8 deb, 4 pypi, 3 npm, 1 maven


def test_every_public_name_is_on_the_page() -> None:
    for name in scantling.__all__:
        assert getattr(scantling, name) is not None
        assert name == "__version__" or f"`scantling.{name}" in PAGE
