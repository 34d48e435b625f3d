"""Closed pipes, full disks and signals, with the real program."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scantling.report.json import render
from scantling.report.options import ReportOptions
from support.sample_report import rich_report

PROGRAM = [sys.executable, "-m", "scantling"]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(render(rich_report(), ReportOptions()))
    return path


def test_a_reader_that_goes_away_is_no_error(saved: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*PROGRAM, "convert", str(saved)], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_so_for_version_and_help(argument: str) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*PROGRAM, argument], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_closed_standard_streams(saved: Path) -> None:
    shell = f'"{sys.executable}" -m scantling convert "{saved}"'
    assert subprocess.run(["sh", "-c", f"{shell} >&-"], capture_output=True, check=False).returncode == 0
    assert subprocess.run(["sh", "-c", f"{shell} 2>&-"], capture_output=True, check=False).returncode == 0
    closed = subprocess.run(["sh", "-c", f'"{sys.executable}" -m scantling convert none 2>&-'], check=False)
    assert closed.returncode == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error(saved: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*PROGRAM, "convert", str(saved)], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: cannot write the report: No space left")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_with_130_and_leave_nothing(tmp_path: Path, number: signal.Signals) -> None:
    fifo = tmp_path / "report.json"
    os.mkfifo(fifo)  # reading it waits for ever
    running = subprocess.Popen(
        [*PROGRAM, "convert", "-o", str(tmp_path / "out"), str(fifo)],
        stderr=subprocess.PIPE,
        # a shell makes the jobs that it puts aside ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + 10
    while "fifo" not in (wchan := _state(running.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
        if wchan == "S":
            break
    time.sleep(0.3)
    running.send_signal(number)
    _, err = running.communicate(timeout=10)
    assert running.returncode == 130
    assert err == b"interrupted\n"
    assert not (tmp_path / "out").exists()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
