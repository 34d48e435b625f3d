"""Debian's copyright files: DEP-5, and the older ones that refer to /usr/share/common-licenses (policy 12.5)."""

from __future__ import annotations

import pytest

from scantling.licence.debian import licences_of

MACHINE = b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tool

Files: *
Copyright: 2020 A
License: GPL-2+ or Artistic
 On Debian systems, see /usr/share/common-licenses/GPL-2.

Files: lib/*
Copyright: 2019 B
License: Expat

Files: debian/*
Copyright: 2021 C
License: GPL-3+

License: Expat
 Permission is hereby granted

License: GPL-3+
 text
"""


def test_licences_of_files_count_those_of_the_packaging_do_not() -> None:
    assert licences_of(MACHINE) == ("Expat", "GPL-2+ or Artistic")


def test_a_header_that_speaks_for_everything() -> None:
    assert licences_of(b"Format: http://dep.debian.net/deps/dep5/\nLicense: ISC\nSource: x\n") == ("ISC",)


def test_references_to_the_common_licences() -> None:
    text = b"From x.\n\nsee `/usr/share/common-licenses/GPL-2'.\nAnd /usr/share/common-licenses/LGPL-2.1.\n"
    assert licences_of(text) == ("GPL-2", "LGPL-2.1")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"Format:", b"License: " * 100_000, b"Files: *\n" * 50_000])
def test_strange_files_name_nothing_or_little(data: bytes) -> None:
    assert len(licences_of(data)) <= 64
