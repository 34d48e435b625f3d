"""Which addresses count as public: the IANA special-purpose registries, and every disguise of a private one."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from scantling.net.address import Reach, is_local_name, literal, reach
from scantling.net.site import same_site


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_public(text: str) -> None:
    assert reach(ip_address(text)) is Reach.PUBLIC


@pytest.mark.parametrize("text", ["10.0.0.1", "172.16.9.9", "192.168.1.1", "100.64.0.1", "fd12::1", "::ffff:10.0.0.1"])
def test_private(text: str) -> None:
    assert reach(ip_address(text)) is Reach.PRIVATE


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.2.1",
        "168.63.129.16", "100.100.100.200", "::1", "::", "fe80::1", "fe80::1%eth0", "ff02::1", "fd00:ec2::254",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2001:db8::1", "2001::1", "::127.0.0.1", "5f00::1",
    ],
)  # fmt: skip
def test_closed(text: str) -> None:
    assert reach(ip_address(text)) is Reach.CLOSED


def test_nat64_of_a_public_address_is_public() -> None:
    assert reach(ip_address("64:ff9b::808:808")) is Reach.PUBLIC


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1"])
def test_every_spelling_of_loopback_is_seen(host: str) -> None:
    assert str(literal(host)) == "127.0.0.1"


def test_names_are_no_literals() -> None:
    assert literal("example.com") is None
    assert literal("0\x00aa") is None
    assert literal("1and1.com") is None


def test_localhost_is_local_whatever_the_resolver_says() -> None:
    assert is_local_name("localhost") and is_local_name("a.LOCALHOST.") and not is_local_name("localhost.example.com")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("registry.gitlab.com", "gitlab.com", True),
        ("docker.io", "auth.docker.io", True),
        ("registry-1.docker.io", "auth.docker.io", True),
        ("registry.example.co.uk", "auth.example.co.uk", True),
        ("one.co.uk", "two.co.uk", False),
        ("ghcr.io", "quay.io", False),
        ("evil-docker.io", "docker.io", False),
        ("docker.io.evil.example", "docker.io", False),
        ("mine.azurecr.io", "yours.azurecr.io", False),
        ("mine.azurecr.io", "mine.azurecr.io", True),
        ("localhost", "otherhost", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "11.0.0.1", False),
        ("registry.corp", "auth.corp", False),
        ("registry.dev.corp", "auth.dev.corp", True),
    ],
)
def test_same_site(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same
    assert same_site(other, one) is same
