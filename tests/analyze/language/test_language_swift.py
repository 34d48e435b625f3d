"""Package.resolved of every version of SwiftPM, and CocoaPods' Podfile.lock."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.language_facts import analyze

NIO = "github.com/apple/swift-nio"
V1 = {
    "object": {
        "pins": [
            {"package": "swift-nio", "repositoryURL": "https://github.com/apple/swift-nio.git",
             "state": {"branch": None, "revision": "1" * 40, "version": "2.41.1"}},
            {"package": "Main", "repositoryURL": "git@github.com:acme/Main.git",
             "state": {"branch": "main", "revision": "2" * 40, "version": None}},
        ]
    },
    "version": 1,
}  # fmt: skip
V2: dict[str, Any] = {
    "pins": [
        {"identity": "swift-nio", "kind": "remoteSourceControl", "location": "https://github.com/Apple/swift-nio.git",
         "state": {"revision": "1" * 40, "version": "2.41.1"}},
        {"identity": "main", "kind": "remoteSourceControl", "location": "git@github.com:acme/Main.git",
         "state": {"branch": "main", "revision": "2" * 40}},
    ],
    "version": 2,
}  # fmt: skip
V3: dict[str, Any] = {
    **V2,
    "originHash": "0" * 64,
    "version": 3,
    "pins": [*V2["pins"], {"identity": "mona.LinkedList", "kind": "registry", "location": "",
                           "state": {"version": "1.2.0"}}],
}  # fmt: skip


@pytest.mark.parametrize("document", [V1, V2, V3], ids=["1", "2", "3"])
def test_pins_are_named_by_their_repository(document: dict[str, Any]) -> None:
    packages, gaps = analyze("srv/Package.resolved", json.dumps(document).encode())
    found = [(p.type, p.name, p.version, p.declared) for p in packages]
    assert ("swift", NIO, "2.41.1", True) in found
    assert ("swift", "mona.LinkedList", "1.2.0", True) in found or document["version"] < 3
    assert len(found) == (2 if document is V3 else 1)
    assert [(g.what, g.blocks) for g in gaps] == [("partial-manifest", False)]
    assert "github.com/acme/main" in gaps[0].reason


@pytest.mark.parametrize(
    "address",
    ["https://github.com/apple/swift-nio", "ssh://git@github.com:22/apple/swift-nio.git",
     "git@github.com:apple/swift-nio", "https://user:secret@github.com/Apple/Swift-NIO.git/",
     "github.com:apple/swift-nio.git"],
)  # fmt: skip
def test_every_spelling_of_an_address_is_one_name(address: str) -> None:
    document = {"pins": [{"location": address, "state": {"version": "1.0.0"}}], "version": 2}
    packages, _ = analyze("Package.resolved", json.dumps(document).encode())
    assert [p.name for p in packages] == [NIO]


PODS = b"""PODS:
  - Alamofire (5.6.4)
  - Firebase/Core (8.9.0):
    - Firebase/CoreOnly
    - FirebaseAnalytics (~> 8.9.0)
  - Firebase/CoreOnly (8.9.0):
    - FirebaseCore (= 8.9.0)
  - FirebaseAnalytics (8.9.1)
  - FirebaseCore (8.9.0)
  - "GoogleUtilities/NSData+zlib (7.8.0)"
  - Mine (0.1.0)

DEPENDENCIES:
  - Alamofire
  - Firebase/Core
  - Mine (from `../Mine`)

SPEC REPOS:
  trunk:
    - Alamofire

EXTERNAL SOURCES:
  Mine:
    :path: "../Mine"

SPEC CHECKSUMS:
  Alamofire: 4e95d97098eacb88856099c4fc79b526a299e48c

PODFILE CHECKSUM: b0b3b0d2a9a0b0a7a0a1a2a3a4a5a6a7a8a9aaab

COCOAPODS: 1.11.2
"""


def test_every_pod_once_whatever_its_subspecs() -> None:
    packages, gaps = analyze("ios/Podfile.lock", PODS)
    assert not gaps
    assert [(p.type, p.name, p.version, p.depends) for p in packages] == [
        ("cocoapods", "Alamofire", "5.6.4", ()),
        ("cocoapods", "Firebase", "8.9.0", ("FirebaseAnalytics", "FirebaseCore")),
        ("cocoapods", "FirebaseAnalytics", "8.9.1", ()),
        ("cocoapods", "FirebaseCore", "8.9.0", ()),
        ("cocoapods", "GoogleUtilities", "7.8.0", ()),
        ("cocoapods", "Mine", "0.1.0", ()),
    ]


def test_a_podfile_without_pods() -> None:
    assert analyze("Podfile.lock", b"PODFILE CHECKSUM: a\n\nCOCOAPODS: 1.11.2\n") == ([], [])


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("Package.resolved", b""),
        ("Package.resolved", b'{"version": 4, "pins": []}'),
        ("Package.resolved", b'{"version": 2}'),
        ("Package.resolved", json.dumps(V2).encode()[:80]),
        ("Podfile.lock", b""),
        ("Podfile.lock", b"PODS:\n  - no version\n"),
        ("Podfile.lock", b"PODS:\n  - [a"),
    ],
)
def test_what_is_none_is_a_gap(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]


def test_a_pin_without_anything_is_said() -> None:
    gaps = analyze("Package.resolved", b'{"version": 2, "pins": [{}, 1]}')[1]
    assert [(g.what, g.blocks) for g in gaps] == [("unknown-version", False)]
