"""``WWW-Authenticate`` headers, well and badly written."""

from __future__ import annotations

import time

import pytest

from scantling.source.challenge import Challenge, parse_challenges


def one(text: str) -> Challenge:
    (found,) = parse_challenges([text])
    return found


def test_docker_hubs_challenge() -> None:
    found = one('Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"')
    assert found.scheme == "bearer"
    assert found.get("realm") == "https://auth.docker.io/token"
    assert found.get("service") == "registry.docker.io"
    assert found.get("scope") == "repository:a/b:pull"
    assert found.get("error") == ""


@pytest.mark.parametrize(
    ("text", "schemes"),
    [
        ('Basic realm="x"', ["basic"]),
        ("Basic", ["basic"]),
        ('Basic realm="x", Bearer realm="y", service = z', ["basic", "bearer"]),
        ("Negotiate, Basic realm=x", ["negotiate", "basic"]),
        ("", []),
        (" , ,", []),
        ('="', []),
    ],
)
def test_schemes(text: str, schemes: list[str]) -> None:
    assert [challenge.scheme for challenge in parse_challenges([text])] == schemes


def test_quoting() -> None:
    assert one(r'Bearer realm="a\"b,c=d"').get("realm") == 'a"b,c=d'
    assert one('Bearer realm="never closed').get("realm") == "never closed"
    assert one('Bearer realm="first",REALM="second"').get("realm") == "first"
    assert [c.get("service") for c in parse_challenges(["Basic realm=x", 'Bearer realm="y", service = z'])] == ["", "z"]


@pytest.mark.parametrize(
    "text", ['"' * 1_000_000, "a=" * 500_000, "Bearer " * 150_000, "\\" * 1_000_000, '="\\' * 300_000]
)
def test_long_nonsense_is_fast(text: str) -> None:
    start = time.monotonic()
    parse_challenges([text] * 10)
    assert time.monotonic() - start < 1
