"""As whom a container runs, by the image's USER (OCI image-spec, config.md: user, uid, user:group, uid:gid ...)."""

from __future__ import annotations

import pytest

from scantling.model.image import is_root


@pytest.mark.parametrize(
    ("user", "root"),
    [
        ("", True), ("root", True), ("0", True), ("00", True), ("0:0", True), ("root:staff", True), (":1000", True),
        ("1000", False), ("1000:0", False), ("app", False), ("app:root", False), ("10", False), ("rooted", False),
    ],
)  # fmt: skip
def test_root_by_every_spelling(user: str, root: bool) -> None:
    assert is_root(user) is root
