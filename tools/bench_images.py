"""The images that ``tools/bench.py`` measures, built from Debian, PyPI and npm packages and kept under ``build/bench``.

    small    Debian minimal: one layer
    medium   tests/support/real_image: Debian, a Python and a Node application, a last layer of removals
    large    Debian with a JDK, Maven, Node.js and scientific Python; PyPI and npm applications: over 1 GB unpacked and
             over 40,000 files
    changed  large with one more layer, the application's own source, as a rebuild after a commit leaves it

Each is a tag of an OCI layout. Needs what ``real_image.missing`` asks for, and about 4 GB of disk once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import real_image

_DEBIAN = (
    "openjdk-17-jre-headless", "maven", "nodejs", "python3-scipy", "python3-pandas", "git", "vim",
)  # fmt: skip
_PYPI = ("ansible==9.1.0", "botocore==1.34.0", "django==4.2", "sympy==1.12", "jupyterlab==4.0.0", "plotly==5.18.0")
_NPM = (
    "next@13.0.0", "webpack@5.75.0", "typescript@4.9.4", "@mui/icons-material@5.11.0", "date-fns@2.29.3", "jest@29.3.1",
)  # fmt: skip


@dataclass(frozen=True)
class BenchImages:
    """Targets as the command line takes them."""

    small: str
    medium: str
    large: str
    changed: str


def build(directory: Path, *, with_large: bool = True) -> BenchImages:
    """All of them, or all but the large ones; finished ones are used again."""
    medium = real_image.build(directory / "image")
    small, large = directory / "small", directory / "large"
    if not (small / "done").is_file():
        _small(small)
    if with_large and not (large / "done").is_file():
        _large(large)
    tags = (f"oci:{large}/layout:{tag}" for tag in ("latest", "changed"))
    return BenchImages(f"oci:{small}/layout:latest", f"oci:{medium.layout}:latest", *tags)


def _small(directory: Path) -> None:
    _start(directory)
    _bootstrap(directory / "base.tar", "minbase", ())
    _add(directory, "latest", directory / "base.tar")
    (directory / "done").touch()


def _large(directory: Path) -> None:
    _start(directory)
    tars = [directory / f"{name}.tar" for name in ("base", "pip", "npm", "app")]
    base, pip, npm, app = tars
    if not base.is_file():
        _bootstrap(base, "apt", _DEBIAN)
    if not pip.is_file():
        _pip(directory / "root", pip)
    if not npm.is_file():
        _npm(directory / "root", npm)
    for tar in (base, pip, npm):
        _add(directory, "latest", tar)
    source = directory / "root/srv/app/src"
    source.mkdir(parents=True)
    for number in range(200):
        (source / f"page{number}.js").write_text(f"export const page = {number};\n" * 200)
    _pack(directory / "root", app)
    _run("umoci", "tag", "--image", f"{directory / 'layout'}:latest", "changed")
    _add(directory, "changed", app)
    for tar in tars:
        tar.unlink()
    (directory / "done").touch()


def _pip(root: Path, tar: Path) -> None:
    site = root / "opt/venv/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--no-compile", "--target",
         str(site), *_PYPI)  # fmt: skip
    _pack(root, tar)


def _npm(root: Path, tar: Path) -> None:
    app = root / "srv/app"
    app.mkdir(parents=True)
    (app / "package.json").write_text('{"name": "app", "version": "1.0.0", "private": true}')
    _run("npm", "install", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error",
         *_NPM, cwd=app)  # fmt: skip
    _pack(root, tar)


def _start(directory: Path) -> None:
    for name in ("layout", "root"):  # finished archives of an earlier try are used again
        shutil.rmtree(directory / name, ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True)
    _run("umoci", "init", "--layout", str(directory / "layout"))
    _run("umoci", "new", "--image", f"{directory / 'layout'}:latest")


def _add(directory: Path, tag: str, tar: Path) -> None:
    _run("umoci", "raw", "add-layer", "--image", f"{directory / 'layout'}:{tag}", str(tar))


def _bootstrap(tar: Path, variant: str, packages: tuple[str, ...]) -> None:
    uri = real_image.archive_uri()
    command = ["mmdebstrap", "--mode=root", f"--variant={variant}", '--aptopt=Acquire::Check-Valid-Until "false"']
    command += [f"--include={','.join(packages)}"] if packages else []
    part = tar.with_name(f"part-{tar.name}")
    _run(*command, "bookworm", str(part), f"deb {uri} bookworm main")
    part.rename(tar)


def _pack(root: Path, tar: Path) -> None:
    part = tar.with_name(f"part-{tar.name}")
    _run("tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", str(root), "-cf", str(part), ".")
    part.rename(tar)
    shutil.rmtree(root)


def _run(*command: str, cwd: Path | None = None) -> None:
    outcome = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise RuntimeError(f"{' '.join(command)[:300]} exited with {outcome.returncode}:\n{outcome.stderr[-2000:]}")


if __name__ == "__main__":
    print(build(ROOT / "build" / "bench"))
