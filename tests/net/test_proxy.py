"""Proxies from the environment."""

from __future__ import annotations

import pytest

from scantling.model.errors import UsageError
from scantling.net.proxy import proxy_for
from scantling.net.url import parse_url

PROXY = "http://proxy.corp:3128"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("https://a.example/", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://a.example/", {"https_proxy": PROXY, "HTTPS_PROXY": "http://other"}, PROXY),
        ("http://a.example/", {"HTTPS_PROXY": PROXY}, ""),
        ("http://a.example/", {"HTTP_PROXY": PROXY}, PROXY),
        ("http://a.example/", {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, ""),
        ("https://a.example/", {"ALL_PROXY": PROXY}, PROXY),
        ("https://a.example/", {"HTTPS_PROXY": "proxy.corp:3128"}, PROXY),
        ("https://a.example/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, ""),
        ("https://a.example/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "b.example, example"}, ""),
        ("https://a.example/", {"HTTPS_PROXY": PROXY, "NO_PROXY": ".a.example"}, ""),
        ("https://aa.example/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "a.example"}, PROXY),
        ("https://a.example:5000/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "a.example:5000"}, ""),
        ("https://a.example/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "a.example:5000"}, PROXY),
        ("https://10.1.2.3/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, ""),
        ("https://11.1.2.3/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8,junk/99"}, PROXY),
        ("https://[fd00::1]/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "[fd00::1]"}, ""),
        ("https://localhost:5000/", {"HTTPS_PROXY": PROXY}, ""),
        ("https://127.0.0.1:5000/", {"HTTPS_PROXY": PROXY}, ""),
    ],
)
def test_choice(url: str, environ: dict[str, str], expected: str) -> None:
    assert proxy_for(parse_url(url), environ) == expected


def test_socks_is_refused_without_showing_its_password() -> None:
    with pytest.raises(UsageError) as failure:
        proxy_for(parse_url("https://a.example/"), {"ALL_PROXY": "socks5://me:canary@proxy"})
    assert "canary" not in f"{failure.value!r} {failure.value} {failure.value.hint}"
