"""Licences as packagers write them, as SPDX. Expected: SPDX's list, and what each packaging system documents."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.licenses import canonicalize_license_expression

from scantling.licence.classes import class_of
from scantling.licence.expression import is_understood, normalised, parse
from scantling.licence.judgement import judge
from scantling.licence.settings import LicenceSettings


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        # npm, Cargo: SPDX already
        ("MIT", "MIT"),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("GPL-3.0-only WITH Classpath-exception-2.0", "GPL-3.0-only WITH Classpath-exception-2.0"),
        # rpm, Fedora's short names before 2022
        ("GPLv2+ and MIT", "GPL-2.0-or-later AND MIT"),
        ("LGPLv2+ or (MPLv1.1 and ASL 2.0)", "LGPL-2.0-or-later OR (MPL-1.1 AND Apache-2.0)"),
        ("GPL+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl"),
        # Debian's copyright files (DEP-5)
        ("GPL-2+", "GPL-2.0-or-later"),
        ("GPL-2", "GPL-2.0-only"),
        ("LGPL-2.1+, and Expat", "LGPL-2.1-or-later AND MIT"),
        ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        # PyPI's classifiers and fields
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL-2.0-or-later"),
        ("GNU Library or Lesser General Public License (LGPL)", "LGPL-2.0-or-later"),
        ("GNU Affero General Public License v3", "AGPL-3.0-only"),
        ("Apache Software License", "Apache-2.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("ISC License (ISCL)", "ISC"),
        ("Python Software Foundation License", "PSF-2.0"),
        ("The MIT License (MIT)", "MIT"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        # R
        ("GPL (>= 2) | file LICENSE", "GPL-2.0-or-later"),
        # Maven
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Eclipse Public License - v 2.0", "EPL-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://www.eclipse.org/legal/epl-v20.html", "EPL-2.0"),
        # NuGet's addresses
        ("https://licenses.nuget.org/BSD-2-Clause", "BSD-2-Clause"),
        # Debian's format 1.0, section 7.2: a comma binds looser than the words
        ("GPL-2 or MIT, and BSD-3-clause", "(GPL-2.0-only OR MIT) AND BSD-3-Clause"),
        ("GPL-2 and/or GPL-3+", "GPL-2.0-only OR GPL-3.0-or-later"),
        # exceptions by the names that packagers give them
        ("GPL-3+ with Autoconf exception", "GPL-3.0-or-later WITH Autoconf-exception-3.0"),
        ("GPL-2+ with Autoconf exception", "GPL-2.0-or-later WITH Autoconf-exception-2.0"),
        ("GPL-3+ with GCC Runtime Library exception", "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note"),
    ],
)
def test_known_names_become_spdx(text: str, spdx: str) -> None:
    assert normalised(text) == spdx
    assert canonicalize_license_expression(spdx) == spdx  # the oracle's own reading of the result


@pytest.mark.parametrize(
    "text",
    [
        "BSD",
        "SEE LICENSE IN LICENSE",
        "Dual License",
        "GPLv2 with exceptions",
        "MIT OR",
        "()",
        "https://example.com/licenses/MIT",
        "GPL-2+ with OpenSSL exception",
    ],
)
def test_what_is_not_understood_stays_as_it_is(text: str) -> None:
    assert normalised(text) == text
    assert not is_understood(parse(text))


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_what_is_understood_is_spdx(text: str) -> None:
    if is_understood(parse(text)):
        canonicalize_license_expression(normalised(text))


@pytest.mark.parametrize(
    "text",
    ["(" * 50_000, "MIT OR " * 20_000, "a" * 10_000_000, "(MIT) " * 300, "GPL " * 400, "or later " * 200, "x" * 1999],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    started = time.monotonic()
    judge([text], LicenceSettings(deny=("GPL-*",)))
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("text", "class_"),
    [
        ("MIT", "notice"),
        ("GPL-2.0-only", "restricted"),
        ("MIT OR GPL-2.0-only", "notice"),
        ("MIT AND GPL-2.0-only", "restricted"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "reciprocal"),
        ("AGPL-3.0-or-later", "forbidden"),
        ("MPL-2.0", "reciprocal"),
        ("CC0-1.0", "unencumbered"),
        ("public-domain", "unencumbered"),
        ("BSD License", "notice"),
        ("GPLv2 with exceptions", "restricted"),
        ("My own", "unknown"),
        ("My own AND AGPL-3.0-only", "forbidden"),
    ],
)
def test_classes(text: str, class_: str) -> None:
    assert class_of(parse(text)) == class_


@pytest.mark.parametrize(
    ("licences", "settings", "verdict"),
    [
        (["MIT"], {}, None),
        (["GPL-2.0-only"], {}, "restricted"),
        ([], {}, "unknown"),
        (["MIT", "GPL-2.0-only"], {}, "restricted"),  # both apply
        (["GPL-2.0-only"], {"allow": ("GPL-*",)}, None),
        (["MIT"], {"allow": ("GPL-*",)}, "not-allowed"),
        (["MIT OR GPL-2.0-only"], {"allow": ("MIT",)}, None),
        (["MIT AND GPL-2.0-only"], {"allow": ("MIT",)}, "not-allowed"),
        (["MIT OR GPL-2.0-only"], {"deny": ("GPL-*",)}, None),
        (["MIT AND GPLv2"], {"deny": ("gpl-*",)}, "denied"),
        (["My own"], {"allow": ("My own",)}, None),
        ([], {"allow": ("MIT",)}, "not-allowed"),
        (["GPL-2.0-only"], {"ignored": ("GPL-2.0-only",)}, None),
        (["GPL-2.0-only AND MPL-2.0"], {"ignored": ("GPL-2.0-only",)}, "reciprocal"),
    ],
)
def test_judgements(licences: list[str], settings: dict[str, tuple[str, ...]], verdict: str | None) -> None:
    found = judge(licences, LicenceSettings(**settings))
    assert (found.verdict if found is not None else None) == verdict
