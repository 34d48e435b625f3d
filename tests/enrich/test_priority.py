"""The laws of priorities: worse facts never lower a score. Sums are worked by hand from docs/explain/priority.md."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scantling.enrich.priority import Setting, setting_of, with_priority
from scantling.model.advisory import Epss, Kev
from scantling.model.finding import Finding
from scantling.model.image import ImageConfig, ImageInfo
from scantling.model.package import Package

RANKS = ("NEGLIGIBLE", "LOW", "UNKNOWN", "MEDIUM", "HIGH", "CRITICAL")
KEV = Kev("2026-01-01", "2026-02-01", False)
# the values of each input from the least to the most pressing
OF_FINDING: dict[str, tuple[Any, ...]] = {
    "severity": RANKS,
    "kev": (None, KEV),
    "exploit_public": (False, True),
    "epss": (None, Epss(0.001, 0.1, ""), Epss(0.01, 0.6, ""), Epss(0.1, 0.9, ""), Epss(0.9, 1.0, "")),
    "fixed_versions": ((), ("2",)),
    "reachable": ("no", "unknown", "yes"),
    "from_base": (None, False),
}
OF_SETTING: dict[str, tuple[Any, ...]] = {
    "is_root": (False, True), "ports": ((), ("80/tcp",)), "is_production": (False, True)
}  # fmt: skip
OF_PACKAGE: dict[str, tuple[Any, ...]] = {"is_dev": (True, False), "used_at_runtime": (None, True)}
PACKAGE = Package("pkg:npm/a@1", "a", "1", "npm")
INPUTS = OF_FINDING | OF_SETTING | OF_PACKAGE

facts = st.fixed_dictionaries({name: st.integers(0, len(values) - 1) for name, values in INPUTS.items()})


def score(ranks: dict[str, int]) -> int:
    chosen = {name: INPUTS[name][rank] for name, rank in ranks.items()}
    finding = Finding(fingerprint="f", kind="vulnerability", id="CVE-1", **{name: chosen[name] for name in OF_FINDING})
    setting = Setting(**{name: chosen[name] for name in OF_SETTING})
    package = replace(PACKAGE, **{name: chosen[name] for name in OF_PACKAGE})
    return with_priority(finding, setting, package).priority.score


@given(facts, st.sampled_from(sorted(INPUTS)))
def test_a_more_pressing_fact_never_lowers_the_score(ranks: dict[str, int], name: str) -> None:
    scores = [score({**ranks, name: rank}) for rank in range(len(INPUTS[name]))]
    assert scores == sorted(scores)
    assert 0 <= scores[0] <= scores[-1] <= 100


def vulnerability(**fields: Any) -> Finding:
    return Finding(**({"fingerprint": "f", "kind": "vulnerability", "id": "CVE-1", "severity": "HIGH"} | fields))


@pytest.mark.parametrize(
    ("finding", "setting", "package", "expected", "reason"),
    [
        (vulnerability(), Setting(is_root=True), None, 43, "the image runs as root"),
        (vulnerability(), Setting(ports=("80/tcp",)), None, 43, "the image exposes a port"),
        (vulnerability(), Setting(is_production=True), None, 44, "labelled as production"),
        (vulnerability(from_base=False), Setting(), None, 42, "not in the base image"),
        (vulnerability(reachable="yes"), Setting(), None, 50, "its code is reachable"),
        (vulnerability(reachable="no"), Setting(), None, 25, "its code is not reachable"),
        (vulnerability(), Setting(), replace(PACKAGE, used_at_runtime=True), 50, "seen in use"),
        (vulnerability(), Setting(), replace(PACKAGE, used_at_runtime=False), 25, "not seen in use"),
        (vulnerability(), Setting(), replace(PACKAGE, is_dev=True), 25, "for development only"),
    ],
)
def test_where_it_is_counts_and_is_said(
    finding: Finding, setting: Setting, package: Package | None, expected: int, reason: str
) -> None:
    priority = with_priority(finding, setting, package).priority
    assert (priority.score, priority.reasons) == (expected, ("severity HIGH", reason))


def test_an_exploited_low_comes_before_a_bare_high() -> None:
    low = with_priority(vulnerability(severity="LOW", kev=KEV)).priority.score
    assert low > with_priority(vulnerability()).priority.score


def test_the_setting_is_about_vulnerabilities_alone() -> None:
    secret = vulnerability(kind="secret")
    assert with_priority(secret, Setting(True, ("80/tcp",), True), replace(PACKAGE, is_dev=True)).priority.score == 40


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (ImageConfig(), Setting(is_root=True)),
        (ImageConfig(user="0:0"), Setting(is_root=True)),
        (ImageConfig(user="10001"), Setting()),
        (ImageConfig(user="app", exposed_ports=("443/tcp", "22/tcp")), Setting(ports=("22/tcp", "443/tcp"))),
        (ImageConfig(user="app", labels=(("com.example.Environment", "Production"),)), Setting(is_production=True)),
        (ImageConfig(user="app", labels=(("team", "production"), ("env", "staging"))), Setting()),
    ],
)
def test_the_setting_is_read_from_the_configuration(config: ImageConfig, expected: Setting) -> None:
    assert setting_of(ImageInfo("a", "oci", config_digest="sha256:1", config=config)) == expected


def test_without_a_configuration_there_is_no_setting() -> None:
    assert setting_of(ImageInfo("dir:/srv", "dir")) == Setting()
