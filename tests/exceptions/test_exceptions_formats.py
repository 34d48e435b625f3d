"""Files of exceptions: our own, and those of three other scanners, read as their manuals describe them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scantling.exceptions.catalog import found_in, read_exceptions
from scantling.model.errors import UsageError

OWN = """\
version: 1
ignore:
  - id: CVE-2024-1
    package: pkg:deb/debian/openssl
    path: /usr/lib/*
    image: registry.example.com/shop/*
    reason: certificates are never parsed here
    owner: ann@example.com
    expires: 2026-12-31
  - {id: "SCN-*", kind: misconfig, reason: legacy, owner: bob, expires: 2027-01-01}
"""


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_our_own_format(tmp_path: Path) -> None:
    first, second = read_exceptions(write(tmp_path, "scantling-ignore.yaml", OWN))
    assert (first.id, first.package, first.path) == ("CVE-2024-1", "pkg:deb/debian/openssl", "/usr/lib/*")
    assert (first.owner, first.expires, first.place.line, first.place.last_line) == (
        "ann@example.com", date(2026, 12, 31), 3, 9,
    )  # fmt: skip
    assert second.kinds == ("misconfig",)


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ("    owner: ann@example.com\n", "", "needs owner", 3),
        ("    reason: certificates are never parsed here\n", "", "needs reason", 3),
        ("    expires: 2026-12-31\n", "", "needs expires", 3),
        ("2026-12-31", "next year", "expires is a day", 9),
        ("id: CVE-2024-1", 'id: "*"', "fits everything", 3),
        ("    path: ", "    paths: ", "no paths", 5),
        ("    path: /usr/lib/*", "    path: [a]", "path is a text", 5),
        ("kind: misconfig", "kind: nonsense", "kind is one of", 10),
        ("version: 1", "version: 7", "version: 1", 1),
        ("image: registry", "image: &a registry", "anchors", 6),
    ],
)
def test_our_own_format_names_the_line(tmp_path: Path, old: str, new: str, what: str, line: int) -> None:
    assert old in OWN
    path = write(tmp_path, "scantling-ignore.yaml", OWN.replace(old, new, 1))
    with pytest.raises(UsageError, match=what) as caught:
        read_exceptions(path)
    assert caught.value.where == f"{path}:{line}"


def test_a_policy_may_ask_for_less(tmp_path: Path) -> None:
    path = write(tmp_path, "x.yaml", "ignore:\n  - id: CVE-1\n    reason: small\n")
    assert read_exceptions(path, ["reason"])[0].id == "CVE-1"
    with pytest.raises(UsageError, match="needs owner"):
        read_exceptions(path)


def test_trivyignore(tmp_path: Path) -> None:
    text = "# Accept the risk\nCVE-2018-14618\n\n# No impact\nCVE-2019-14697 exp:2026-01-02\nDS-0002 # root is fine\n"
    entries = read_exceptions(write(tmp_path, ".trivyignore", text))
    assert [(e.id, e.reason, e.expires, e.place.line) for e in entries] == [
        ("CVE-2018-14618", "Accept the risk", None, 2),
        ("CVE-2019-14697", "No impact", date(2026, 1, 2), 5),
        ("DS-0002", "root is fine", None, 6),
    ]


def test_trivyignore_yaml(tmp_path: Path) -> None:
    text = """\
vulnerabilities:
  - id: CVE-2022-40897
    paths: ["usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA"]
    statement: Accept the risk
  - id: CVE-2023-29491
    purls: ["pkg:deb/debian/libncursesw6"]
    expired_at: 2026-09-01
secrets:
  - id: aws-access-key-id
    paths: ["foo/bar/aws.secret", "baz"]
"""
    entries = read_exceptions(write(tmp_path, ".trivyignore.yaml", text))
    assert [(e.id, e.kinds, e.package, e.expires) for e in entries] == [
        ("CVE-2022-40897", ("vulnerability",), "", None),
        ("CVE-2023-29491", ("vulnerability",), "pkg:deb/debian/libncursesw6", date(2026, 9, 1)),
        ("aws-access-key-id", ("secret",), "", None),
        ("aws-access-key-id", ("secret",), "", None),
    ]
    assert entries[0].reason == "Accept the risk" and entries[3].path == "baz"
    assert read_exceptions(write(tmp_path, "mine.yaml", text)) != ()  # told by what stands in it


def test_grype_yaml(tmp_path: Path) -> None:
    text = """\
fail-on-severity: high
ignore:
  - vulnerability: CVE-2008-4318
    fix-state: unknown
    package:
      name: libcurl
      version: 1.5.1
      type: npm
      location: "/usr/local/lib/node_modules/**"
  - package: {name: lodash}
  - fix-state: wont-fix
"""
    entries = read_exceptions(write(tmp_path, ".grype.yaml", text))
    assert [(e.id, e.package, e.path, e.statuses) for e in entries] == [
        (
            "CVE-2008-4318",
            "pkg:npm/*libcurl@1.5.1",
            "/usr/local/lib/node_modules/*",
            ("under_investigation", "unverified"),
        ),
        ("*", "lodash", "", ()),
        ("*", "", "", ("will_not_fix",)),
    ]


@pytest.mark.parametrize(
    ("item", "what"),
    [
        ("{vex-status: not_affected}", "vex-status has no counterpart"),
        ("{package: {upstream-name: x}}", "upstream-name has no counterpart"),
        ("{reason: all}", "fits everything"),
        ("{fix-state: perhaps}", "no fix-state"),
        ("text", "is a mapping"),
    ],
)
def test_grype_conditions_without_a_counterpart_are_refused(tmp_path: Path, item: str, what: str) -> None:
    path = write(tmp_path, ".grype.yaml", f"ignore:\n  - {item}\n")
    with pytest.raises(UsageError, match=what) as caught:
        read_exceptions(path)
    assert caught.value.where == f"{path}:2"


def test_snyk(tmp_path: Path) -> None:
    text = """\
version: v1.25.0
ignore:
  CVE-2019-10744:
    - '*':
        reason: None given
        expires: 2026-12-24T15:30:00.000Z
        created: 2026-11-24T15:30:00.000Z
  SNYK-JS-AXIOS-1:
    - 'app > axios@0.21.0':
        reason: internal only
patch: {}
"""
    first, second = read_exceptions(write(tmp_path, ".snyk", text))
    assert (first.id, first.package, first.reason, first.expires) == (
        "CVE-2019-10744",
        "",
        "None given",
        date(2026, 12, 24),
    )
    assert (second.id, second.package, second.expires) == ("SNYK-JS-AXIOS-1", "axios@0.21.0", None)


def test_a_policy_that_requires_an_owner_refuses_formats_without_one(tmp_path: Path) -> None:
    path = write(tmp_path, ".trivyignore", "CVE-1\n")
    with pytest.raises(UsageError, match="no reason, which the policy requires"):
        read_exceptions(path, ["reason"])
    assert len(read_exceptions(path)) == 1


def test_which_files_are_found_by_themselves(tmp_path: Path) -> None:
    for name in (".trivyignore", "scantling-ignore.yaml", ".snyk"):
        write(tmp_path, name, "")
    assert [path.name for path in found_in(tmp_path)] == ["scantling-ignore.yaml", ".trivyignore"]


@pytest.mark.parametrize("name", ["scantling-ignore.yaml", ".trivyignore", ".trivyignore.yaml", ".grype.yaml", ".snyk"])
def test_an_empty_file_excuses_nothing_and_a_huge_one_is_refused(tmp_path: Path, name: str) -> None:
    assert read_exceptions(write(tmp_path, name, "")) == ()
    with pytest.raises(UsageError, match="more than"):
        read_exceptions(write(tmp_path, name, "#" * 2_000_000))
