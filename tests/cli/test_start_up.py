"""What each command imports: start-up is felt at every call."""

import subprocess
import sys

import pytest

HEAVY = {"argparse", "dataclasses", "json", "msgspec", "httpx", "sqlite3", "yaml", "packaging", "platformdirs",
         "zstandard", "isal", "defusedxml", "asyncio", "ssl", "unicodedata"}  # fmt: skip


def modules_after(*argv: str) -> set[str]:
    program = (
        "import sys; from scantling.cli.main import main\n"
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
