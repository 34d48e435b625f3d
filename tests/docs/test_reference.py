"""The manual cannot rot: its reference pages are what the code says."""

import ast
from pathlib import Path

import pytest

from scantling.cli.catalog import COMMANDS
from scantling.cli.reference import EXIT_CODES, GAPS, pages
from scantling.model import errors
from scantling.policy.catalog import RULES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(pages()))
def test_page_is_what_the_code_says(name: str) -> None:
    path = ROOT / "docs" / "reference" / name
    assert path.read_text(encoding="utf-8") == pages()[name], "run: python -m scantling.cli.reference docs/reference"


def gap_kinds() -> dict[str, str]:
    """Every ``Gap("kind", ...)`` written in the source, with a file that has it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src" / "scantling").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Gap" and node.args:
                kind = node.args[0]
                if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                    found[kind.value] = str(path.relative_to(ROOT))
    return found


def test_every_kind_of_gap_is_in_the_manual() -> None:
    documented = {name for name, _ in GAPS}
    missing = {kind: place for kind, place in gap_kinds().items() if kind not in documented}
    assert missing == {}, "add them to GAPS in src/scantling/cli/reference.py"


def test_every_error_has_its_exit_code_in_the_manual() -> None:
    documented = {code for code, _ in EXIT_CODES}
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ScantlingError)
    ]
    assert {str(kind.exit_code) for kind in kinds} <= documented


def test_every_rule_is_in_the_manual() -> None:
    page = pages()["exit-codes.md"]
    assert [rule.id for rule in RULES if f"`{rule.id}`" not in page] == []


def test_every_command_can_be_loaded() -> None:
    for command in COMMANDS:
        assert callable(command.load()), command.name
