"""URLs are taken apart strictly."""

from __future__ import annotations

import pytest

from scantling.net.client import Refused
from scantling.net.url import follow, parse_url


def test_parts() -> None:
    url = parse_url("HTTPS://Registry.Example:5000/v2/a b?x=1#frag".replace("a b", "a%20b"))
    assert (url.scheme, url.host, url.port, url.target) == ("https", "registry.example", 5000, "/v2/a%20b?x=1")
    assert str(url) == "https://registry.example:5000/v2/a%20b?x=1"
    assert url.shown() == "https://registry.example:5000/v2/a%20b"
    assert parse_url("https://[::1]/").netloc == "[::1]:443"
    assert parse_url("https://bücher.example/").host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "", "ftp://a/", "file:///etc/passwd", "//a/", "/a", "https://", "https://user:pw@a/", "https://a:99999/",
        "https://a:b/", "https://a/\r\nX: y", "https://a/ b", "https://[fe80::1%25eth0]/", "https://[::1/",
        "https://a\\@b/", "https://" + "a" * 20_000, "https://a_\x00b/", "javascript:alert(1)", "https://a^b/",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_url(text)


def test_credentials_in_a_url_are_not_shown() -> None:
    with pytest.raises(Refused) as failure:
        parse_url("https://user:canary@a/")
    assert "canary" not in str(failure.value)


def test_redirects_may_be_relative() -> None:
    base = parse_url("https://a.example:5000/v2/x/blobs/y?z=1")
    assert str(follow(base, "/other")) == "https://a.example:5000/other"
    assert str(follow(base, "https://b.example/c?d=%2F")) == "https://b.example/c?d=%2F"
    assert str(follow(base, "//b.example/c")) == "https://b.example/c"
    with pytest.raises(Refused):
        follow(base, "https://[broken/")
