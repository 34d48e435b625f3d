"""Debian's copyright files: DEP-5, and the older ones that refer to /usr/share/common-licenses (policy 12.5)."""

from __future__ import annotations

import time

import pytest

from scantling.licence.debian import OWN_WORDS, licences_of

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
    assert licences_of(text) == ("GPL-2.0-only", "LGPL-2.1-only")


def test_a_reference_is_to_later_versions_where_the_text_says_so() -> None:
    text = b"version 2 of the License, or (at your option) any later version. See /usr/share/common-licenses/GPL-2"
    assert licences_of(text) == ("GPL-2.0-or-later",)


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        (
            b"Permission is hereby granted, free of charge, to any person obtaining a copy\n"
            b"of this software and associated documentation files",
            "MIT",
        ),
        (
            b"Redistribution and use in source and binary forms, with or without\n * modification, are permitted",
            "BSD-2-Clause",
        ),
        (
            b"the GNU Lesser General Public\nLicense, version 2.1 (or, at your option, any later version)",
            "LGPL-2.1-or-later",
        ),
        (b"GNU General Public License version 3 as published", "GPL-3.0-only"),
        (b"the same terms as Perl itself", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
        (b"see /usr/share/common-licenses/GFDL-1.2", "GFDL-1.2-only"),
        (b"it is in the public domain", "public-domain"),
    ],
)
def test_quoted_licences_are_known_by_their_words(text: bytes, spdx: str) -> None:
    assert licences_of(b"Copyright 2001 Somebody\n\n" + text) == (spdx,)


def test_what_only_a_person_can_read_is_not_nothing() -> None:
    assert licences_of(b"Copyright 2005 Jo\n\nDo with it what Jo says.\n") == (OWN_WORDS,)
    assert licences_of(b"\n") == ()


def test_a_name_of_the_packagers_own_is_told_by_its_text() -> None:
    text = MACHINE.replace(b"License: Expat", b"License: Expat-like")
    assert licences_of(text.replace(b" Permission is hereby granted", _MIT)) == ("GPL-2+ or Artistic", "MIT")
    assert licences_of(text) == ("Expat-like", "GPL-2+ or Artistic")


_MIT = b"""\
 Permission is hereby granted, free of charge, to any person obtaining a copy of this
 software and associated documentation files, to deal in it"""


def test_large_texts_take_linear_time() -> None:
    begun = time.process_time()
    for piece in (b"gnu general public license ", b"License: x\n a\n", b"common-licenses ", b"* / - ; "):
        licences_of(b"Format: x\n\n" + piece * 400_000)
        licences_of(piece * 400_000)
    assert time.process_time() - begun < 4


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"Format:", b"License: " * 100_000, b"Files: *\n" * 50_000])
def test_strange_files_name_nothing_or_little(data: bytes) -> None:
    assert len(licences_of(data)) <= 64
