"""Installed rocks and luarocks.lock, as LuaRocks writes them."""

from __future__ import annotations

import pytest

from support.language_facts import analyze

ROCKSPEC = b"""rockspec_format = "3.0"
package = "Lua-cURL"
version = "0.3.13-1"
source = {
  url = "https://example.org/v0.3.13.zip",
  dir = "Lua-cURLv3-0.3.13",
  version = "none",
}
description = {
  summary = "Lua binding to libcurl",
  license = "MIT/X11"
}
dependencies = { "lua >= 5.1, < 5.5" }
"""
LOCK = b"""return {
   build_dependencies = {
      luarocks_build = "1.0-1"
   },
   dependencies = {
      dkjson = "2.6-1",
      lua = "5.4-1",
      ["lua-term"] = "0.7-1"
   },
   test_dependencies = {
      ["busted"] = '2.1.2-3'
   }
}
"""
PLACE = "usr/local/lib/luarocks/rocks-5.1/lua-curl/0.3.13-1/lua-curl-0.3.13-1.rockspec"


def test_an_installed_rock() -> None:
    (package,), gaps = analyze(PLACE, ROCKSPEC)
    assert not gaps
    assert (package.type, package.name, package.version) == ("luarocks", "Lua-cURL", "0.3.13-1")
    assert package.licenses == ("MIT/X11",)
    assert not package.declared


def test_a_rockspec_of_a_project_is_no_installed_rock() -> None:
    assert analyze("srv/lua-curl-0.3.13-1.rockspec", ROCKSPEC) == ([], [])


def test_pinned_rocks() -> None:
    packages, gaps = analyze("srv/luarocks.lock", LOCK)
    assert not gaps
    assert [(p.name, p.version, p.is_dev, p.declared) for p in packages] == [
        ("busted", "2.1.2-3", True, True),
        ("dkjson", "2.6-1", False, True),
        ("lua", "5.4-1", False, True),
        ("lua-term", "0.7-1", False, True),
        ("luarocks_build", "1.0-1", True, True),
    ]


@pytest.mark.parametrize(
    ("path", "data"),
    [(PLACE, b""), (PLACE, b"package ="), ("luarocks.lock", b""), ("luarocks.lock", LOCK[:60]),
     ("luarocks.lock", b"{}")],
)  # fmt: skip
def test_what_is_none_is_a_gap(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]
