"""Expected values are the examples of ECMA-427 and of the purl type definitions, and worked by hand where marked."""

from __future__ import annotations

import pytest

from scantling.model.purl import purl, without_version


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            purl("deb", "curl", "7.50.3-1", namespace="debian", qualifiers=(("arch", "i386"), ("distro", "jessie"))),
            "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
        ),
        (purl("gem", "jruby-launcher", "1.1.2"), "pkg:gem/jruby-launcher@1.1.2"),
        (
            purl("maven", "org.apache.xmlgraphics:batik-anim", "1.9.1"),
            "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1",
        ),
        (purl("npm", "@angular/animation", "12.3.1"), "pkg:npm/%40angular/animation@12.3.1"),
        (purl("npm", "foobar", "12.3.1"), "pkg:npm/foobar@12.3.1"),
        (purl("pypi", "Django", "1.11.1"), "pkg:pypi/django@1.11.1"),
        (purl("pypi", "ruamel_yaml", "1"), "pkg:pypi/ruamel-yaml@1"),
        (
            purl("golang", "google.golang.org/genproto", "v0.0.0-2018"),
            "pkg:golang/google.golang.org/genproto@v0.0.0-2018",
        ),
        (
            purl("rpm", "curl", "1:7.50.3-1.fc25", namespace="fedora", qualifiers=(("arch", "i386"),)),
            "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&epoch=1",
        ),
        # by hand: "+" is not unreserved, so the canonical form escapes it; an empty qualifier is dropped
        (
            purl("deb", "libstdc++6", "12.2.0-14+b1", namespace="debian", qualifiers=(("arch", ""),)),
            "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bb1",
        ),
    ],
)
def test_canonical_form(made: str, expected: str) -> None:
    assert made == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation"),
        ("pkg:deb/debian/curl@7.50.3-1?arch=i386", "pkg:deb/debian/curl"),
        ("pkg:gem/rails", "pkg:gem/rails"),
        ("pkg:golang/a.com/x?b=c@d", "pkg:golang/a.com/x"),
    ],
)
def test_identity_without_version(text: str, expected: str) -> None:
    assert without_version(text) == expected


def test_a_hostile_name_cannot_add_parts() -> None:
    made = purl("pypi", "a@1?x=y#z/../b", "1&2=3")
    assert made == "pkg:pypi/a%401%3Fx%3Dy%23z%2F..%2Fb@1%262%3D3"
