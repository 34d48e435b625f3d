"""The smallest version past every fix: hand-made cases of release branches."""

import pytest

from scantling.versions.upgrade import smallest_upgrade


@pytest.mark.parametrize(
    ("type_", "installed", "fixes", "expected"),
    [
        ("deb", "3.0.9-1", [("3.0.11-1~deb12u1",), ("3.0.11-1~deb12u2",)], "3.0.11-1~deb12u2"),
        ("pypi", "3.2.0", [("3.2.5", "4.0.1"), ("3.2.10",)], "3.2.10"),
        ("pypi", "4.0.0", [("3.2.5", "4.0.1")], "4.0.1"),  # never a downgrade
        # 4.1.2 is past 3.2.5 but on a branch whose own fix is 4.1.5: not told to be safe
        ("pypi", "3.2.0", [("3.2.5", "4.1.5"), ("4.1.2",)], "4.1.5"),
        ("npm", "4.17.11", [("4.17.12",), ("4.17.19",), ("4.17.21",)], "4.17.21"),
        ("npm", "1.0.0", [("1.0.1",), ()], None),  # one has no fix: no version clears all
        ("npm", "1.0.0", [("not a version",)], None),
        ("npm", "1.0.0", [], None),
        ("swift", "1", [("2",)], None),  # no ordering known
        ("npm", "5.0.0", [("4.0.0",)], None),
    ],
)
def test_smallest_upgrade(type_: str, installed: str, fixes: list[tuple[str, ...]], expected: str | None) -> None:
    assert smallest_upgrade(type_, installed, fixes) == expected
