"""Comments that accept a finding: whose they are, which rules they name, what they say, until when."""

from __future__ import annotations

import pytest

from scantling.check.source import judge
from scantling.model.finding import Suppression


def said(comment: str, today: str = "2026-11-23") -> Suppression | None:
    text = f"FROM a:1\nUSER 10001\n{comment}\nEXPOSE 22\n"
    (port,) = [one for one in judge("Dockerfile", text.encode(), today=today).findings if one.id == "SCN-IMG-013"]
    return port.suppressed


@pytest.mark.parametrize(
    ("comment", "by", "reason"),
    [
        ("# scantling:ignore=SCN-IMG-013 a bastion host", "comment in the file", "a bastion host"),
        ("# scantling:ignore SCN-IMG-013 a bastion host", "comment in the file", "a bastion host"),
        ("#scantling:ignore=scn-img-001,SCN-IMG-013 both", "comment in the file", "both"),
        ("# trivy:ignore:AVD-DS-0004", "trivy:ignore in the file", "no reason given"),
        ("# trivy:ignore:DS004 a bastion host", "trivy:ignore in the file", "a bastion host"),
        ("#trivy:ignore:DS-0002 trivy:ignore:DS-0004", "trivy:ignore in the file", "no reason given"),
        ("# trivy:ignore:DS-0004:exp:2026-11-23", "trivy:ignore in the file", "no reason given"),
    ],
)
def test_what_accepts_a_finding(comment: str, by: str, reason: str) -> None:
    suppressed = said(comment)
    assert suppressed is not None
    assert (suppressed.by, suppressed.reason) == (by, reason)


@pytest.mark.parametrize(
    "comment",
    [
        "# scantling:ignore=SCN-IMG-013",
        "# scantling:ignore=SCN-IMG-01 a reason",
        "# trivy:ignore:AVD-DS-0040",
        "# trivy:ignore:DS-0004:exp:2026-11-22",
        "# trivy:ignore:*",
        "LABEL note='trivy:ignore:DS-0004'",
        "# trivy:ignore:DS-0004\nLABEL a=b",
    ],
)
def test_what_does_not(comment: str) -> None:
    assert said(comment) is None


def test_the_day_of_trivys_comment_is_shown() -> None:
    suppressed = said("# trivy:ignore:DS-0004:exp:2027-01-01")
    assert suppressed is not None and suppressed.expires == "2027-01-01"


def test_hadolints_comment_names_several() -> None:
    text = "# hadolint ignore=DL3007,DL3006\nFROM debian:latest\n"
    (tag,) = [one for one in judge("Dockerfile", text.encode()).findings if one.id == "SCN-IMG-012"]
    assert tag.suppressed == Suppression("hadolint ignore in the file", "no reason given")


def test_manifests_too() -> None:
    text = "services:\n  w:\n    image: w:1\n    # trivy:ignore:KSV017 needs the devices\n    privileged: true\n"
    (one,) = [one for one in judge("compose.yaml", text.encode()).findings if one.id == "SCN-RUN-001"]
    assert one.suppressed is not None and one.suppressed.reason == "needs the devices"
