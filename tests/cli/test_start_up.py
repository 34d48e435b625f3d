"""What each command imports: start-up is felt at every call."""

import subprocess
import sys
from pathlib import Path

import pytest

import scantling
from support import oci

HEAVY = {"argparse", "dataclasses", "json", "msgspec", "httpx", "sqlite3", "yaml", "packaging", "platformdirs",
         "zstandard", "isal", "defusedxml", "asyncio", "ssl", "unicodedata"}  # fmt: skip


SOURCE = Path(scantling.__file__).parents[1]  # -I looks at no PYTHONPATH


def modules_after(*argv: str) -> set[str]:
    program = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r}); from scantling.cli.main import main\n"
        f"code = main({list(argv)!r})\n"
        "print('\\n' + ' '.join(sorted(sys.modules)))\n"
    )
    # -I -S: without site, whose .pth files may import anything
    command = [sys.executable, "-I", "-c", program]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1].split())


@pytest.fixture(scope="module")
def bare() -> set[str]:
    command = [sys.executable, "-I", "-c", "import sys; print(' '.join(sorted(sys.modules)))"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("argv", [("--version",), ("-V",), ("version",)])
def test_version_imports_next_to_nothing(argv: tuple[str, ...], bare: set[str]) -> None:
    added = modules_after(*argv) - bare
    assert not added & HEAVY
    assert {name for name in added if name.startswith("scantling")} == {
        "scantling", "scantling.cli", "scantling.cli.main",
    }  # fmt: skip


def test_help_imports_no_stage(bare: set[str]) -> None:
    added = modules_after("image", "--help") - bare
    assert not added & (HEAVY - {"argparse", "dataclasses", "unicodedata"})
    rooms = {name.split(".")[1] for name in added if name.startswith("scantling.")}
    assert rooms == {"cli", "guard", "model"}


def test_a_usage_error_imports_no_stage(bare: set[str]) -> None:
    added = modules_after("image", "--nonsense") - bare
    assert not added & {"msgspec", "httpx", "sqlite3", "yaml", "ssl"}


READS_BYTES = {
    "scantling.analyze.catalog", "scantling.analyze.runner", "scantling.analyze.dispatch", "scantling.layers.tar",
    "scantling.layers.blob", "scantling.pipeline.fresh_layers", "scantling.pipeline.workers", "isal",
}  # fmt: skip
NEVER_WARM = {"httpx", "httpcore", "ssl", "asyncio", "yaml", "hyperscan", "yara_x", "defusedxml", "jinja2", "lief"}


def test_a_warm_scan_imports_nothing_that_reads_a_layer(tmp_path: Path, bare: set[str]) -> None:
    status = b"Package: demo\nStatus: install ok installed\nVersion: 1-1\nArchitecture: all\n\n"
    release = b'ID=debian\nVERSION_ID="12"\n'
    layer = oci.tar({"etc/os-release": release, "var/lib/dpkg/status": status})
    layout = oci.build_layout(tmp_path / "image", [layer])
    argv = ("image", f"oci:{layout}:latest", "--scanners", "packages", "--cache-dir", str(tmp_path / "cache"))
    report = ("-q", "-f", "json", "-o", str(tmp_path / "report.json"))
    cold = modules_after(*argv, *report) - bare
    assert cold >= READS_BYTES - {"isal"}  # the names above are the right ones
    known = (tmp_path / "report.json").read_text()
    warm = modules_after(*argv, *report) - bare
    assert not warm & (READS_BYTES | NEVER_WARM)
    assert not {name for name in warm if name.startswith(("scantling.analyze.language.", "scantling.db.feeds"))}
    assert '"name": "demo"' in known and '"name": "demo"' in (tmp_path / "report.json").read_text()


def test_database_status_imports_no_stage_but_the_database(bare: set[str]) -> None:
    added = modules_after("db", "status", "--help") - bare
    rooms = {name.split(".")[1] for name in added if name.startswith("scantling.")}
    assert rooms == {"cli", "guard", "model"}
