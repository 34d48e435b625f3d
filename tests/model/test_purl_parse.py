"""Reading purls: examples of ECMA-427 and of the type definitions; the round trip as a law."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scantling.model.purl import ParsedPurl, parse, purl, spelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:gem/ruby-advisory-db-check@0.12.4", ParsedPurl("gem", "", "ruby-advisory-db-check", "0.12.4")),
        (
            "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
            ParsedPurl("deb", "debian", "curl", "7.50.3-1", (("arch", "i386"), ("distro", "jessie"))),
        ),
        (
            "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations",
            ParsedPurl("golang", "google.golang.org", "genproto", "abcdedf", (), "googleapis/api/annotations"),
        ),
        ("pkg:npm/%40angular/animation@12.3.1", ParsedPurl("npm", "@angular", "animation", "12.3.1")),
        ("pkg:npm/@angular/animation@12.3.1", ParsedPurl("npm", "@angular", "animation", "12.3.1")),
        ("pkg:npm/@angular/animation", ParsedPurl("npm", "@angular", "animation", "")),
        ("pkg://PyPI/django@1.11.1", ParsedPurl("pypi", "", "django", "1.11.1")),
        (
            "pkg:rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&epoch=&distro=fedora-25",
            ParsedPurl("rpm", "fedora", "curl", "7.50.3-1.fc25", (("arch", "i386"), ("distro", "fedora-25"))),
        ),
        ("pkg:deb/debian/vim@2%3A9.0-1%2Bb1", ParsedPurl("deb", "debian", "vim", "2:9.0-1+b1")),
    ],
)
def test_examples(text: str, expected: ParsedPurl) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "pkg:", "pkg:npm", "pkg:npm/", "npm/left-pad@1", "https://example.com/", "pkg:np m/a",
        "pkg:npm/%FF@1", "pkg:deb/debian/a@1?arch=x&ARCH=y", "pkg:npm/" + "a" * 9000, "pkg:npm//@1",
    ],
)  # fmt: skip
def test_what_is_no_purl(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:maven/org.apache.commons/commons-text@1.9", ("org.apache.commons:commons-text", "1.9")),
        ("pkg:npm/%40babel/core@7", ("@babel/core", "7")),
        ("pkg:golang/github.com/a/b/v2@v2.0.1", ("github.com/a/b/v2", "v2.0.1")),
        ("pkg:composer/symfony/http-kernel@v5", ("symfony/http-kernel", "v5")),
        ("pkg:rpm/redhat/openssl-libs@3.0.7-6.el9?epoch=1", ("openssl-libs", "1:3.0.7-6.el9")),
        ("pkg:deb/ubuntu/libc6@2.35", ("libc6", "2.35")),
    ],
)
def test_the_ecosystems_spelling(text: str, expected: tuple[str, str]) -> None:
    assert spelled(parse(text)) == expected


WORD = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="/:"), min_size=1, max_size=12)
LOWER = WORD.map(str.lower).filter(lambda text: text == text.lower())
VERSION = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=20)


@given(
    st.one_of(
        st.tuples(st.sampled_from(["gem", "cargo", "nuget", "hackage", "conan", "julia", "cran", "cocoapods"]), WORD),
        st.tuples(st.sampled_from(["pub", "luarocks", "otp"]), LOWER),
        st.tuples(st.just("hex"), st.one_of(LOWER, st.tuples(LOWER, LOWER).map("/".join))),
        st.tuples(st.sampled_from(["pear", "wordpress"]), st.tuples(WORD, WORD).map("/".join)),
        st.tuples(st.just("swift"), st.lists(WORD, min_size=2, max_size=4).map("/".join)),
        st.tuples(st.just("maven"), st.tuples(WORD, WORD).map(":".join)),
        st.tuples(st.just("golang"), st.lists(WORD, min_size=1, max_size=5).map("/".join)),
        st.tuples(st.just("composer"), st.tuples(LOWER, LOWER).map("/".join)),
        st.tuples(st.just("npm"), st.one_of(LOWER, st.tuples(LOWER, LOWER).map("@{0[0]}/{0[1]}".format))),
        st.tuples(st.just("pypi"), LOWER.map(lambda text: text.replace("_", "-"))),
        st.tuples(st.sampled_from(["deb", "apk"]), LOWER),
    ),
    VERSION,
)
def test_what_is_built_is_read_back(named: tuple[str, str], version: str) -> None:
    type_, name = named
    namespace = "vendor" if type_ in {"deb", "apk"} else ""
    built = purl(type_, name, version, namespace=namespace, qualifiers=(("arch", "x"), ("distro", "a-1 &=b")))
    parsed = parse(built)
    assert spelled(parsed) == (name, version)
    assert parsed.qualifiers == (("arch", "x"), ("distro", "a-1 &=b"))
    if type_ in {"deb", "apk"}:
        assert parsed.namespace == "vendor"


@given(st.integers(0, 99), WORD, st.text("0123456789.-~el", min_size=1, max_size=12))
def test_an_rpm_epoch_comes_back(epoch: int, name: str, version: str) -> None:
    full = f"{epoch}:{version}"
    assert spelled(parse(purl("rpm", name, full, namespace="rhel"))) == (name, full)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, "pkg:" + text):
        try:
            parsed = parse(candidate)
        except ValueError:
            continue
        assert parsed.name
