"""Whatever text a server sends as a place or a challenge: an answer or ``Refused``, never another exception."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from scantling.net.client import Refused
from scantling.net.retry import parse_retry_after
from scantling.net.site import same_site
from scantling.net.url import follow, parse_url
from scantling.source.challenge import parse_challenges

HERE = parse_url("https://registry.example:5000/v2/a/blobs/b")
PLACES = st.one_of(
    st.text(), st.from_regex(r"(https?:)?//[^/]{0,30}(/.{0,20})?"), st.text(alphabet="htps:/@[]%?#.0a\\")
)


@given(PLACES)
def test_urls(text: str) -> None:
    for parse in (parse_url, lambda location: follow(HERE, location)):
        with contextlib.suppress(Refused):
            url = parse(text)
            assert url.scheme in {"http", "https"} and url.host.isascii() and 0 <= url.port < 65_536
            assert str(url).isascii() and not any(char.isspace() for char in str(url))
            assert parse_url(str(url)) == url, "what is shown is what is asked"


@given(st.text(), st.text(alphabet='Bearer ,="\\realm'))
def test_headers(one: str, other: str) -> None:
    parse_challenges([one, other])
    wait = parse_retry_after(one, 0.0)
    assert wait is None or wait >= 0


@given(st.from_regex(r"([a-z]{1,3}\.){0,4}[a-z]{2,3}"), st.from_regex(r"([a-z]{1,3}\.){0,4}[a-z]{2,3}"))
def test_same_site_has_no_direction(one: str, other: str) -> None:
    assert same_site(one, other) is same_site(other, one)
