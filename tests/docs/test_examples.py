"""What the manual shows must work: every command line in it parses, every link leads somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from scantling.cli.parse import parse

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
_COMMAND = re.compile(r"^ {4,}(?:[$] )?(?:echo [^|]*[|] )?((?:[A-Z_]+=\S+ )*)scantling (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def examples() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for match in _COMMAND.finditer(page.read_text()):
            line = re.split(r"\s+#|\s+[.]{3}$", match[2])[0]
            found.append((page.name, line.strip()))
    return found


def test_the_manual_has_examples() -> None:
    assert len(examples()) > 15


@pytest.mark.parametrize(("page", "line"), examples())
def test_each_command_of_the_manual_is_one(page: str, line: str) -> None:
    words = [word for word in shlex.split(line) if word != "..."]
    assert parse(words).command, page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_the_manual_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target
