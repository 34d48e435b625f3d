"""The laws of priorities: worse facts never lower a score. Sums are worked by hand from docs/explain/priority.md."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scantling.enrich.priority import Setting, reweighted, setting_of, with_priority
from scantling.model.advisory import Epss, Kev
from scantling.model.finding import Finding
from scantling.model.image import ImageConfig, ImageInfo
from scantling.model.package import Package
from scantling.model.report import Report
from scantling.model.weights import TERMS, USUAL, Weights
from support.sample_report import finding as sample_finding
from support.sample_report import package as sample_package
from support.sample_report import report as sample_report

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


plus = st.integers(0, 100)
minus = st.integers(-100, 0)


@st.composite
def allowed_weights(draw: st.DrawFn) -> Weights:
    """Any weights that a policy may give: severities and steps drawn together, and put in order."""
    severities = sorted(draw(st.lists(plus, min_size=5, max_size=5)))
    known, likely = sorted((draw(plus), draw(plus))), sorted((draw(plus), draw(plus)))
    rest = {name: draw(plus) for name in ("unknown", "fixable", "in_use", "root", "exposed", "production", "own")}
    return Weights(
        **dict(zip(("negligible", "low", "medium", "high", "critical"), severities, strict=True)),
        **dict(zip(("public_exploit", "exploited"), known, strict=True)),
        **dict(zip(("possible", "likely"), likely, strict=True)),
        **rest,
        not_in_use=draw(minus),
        development=draw(minus),
    )


def score(ranks: dict[str, int], weights: Weights = USUAL) -> int:
    chosen = {name: INPUTS[name][rank] for name, rank in ranks.items()}
    finding = Finding(fingerprint="f", kind="vulnerability", id="CVE-1", **{name: chosen[name] for name in OF_FINDING})
    setting = Setting(**{name: chosen[name] for name in OF_SETTING})
    package = replace(PACKAGE, **{name: chosen[name] for name in OF_PACKAGE})
    return with_priority(finding, setting, package, weights).priority.score


@given(facts, st.sampled_from(sorted(INPUTS)))
def test_a_more_pressing_fact_never_lowers_the_score(ranks: dict[str, int], name: str) -> None:
    scores = [score({**ranks, name: rank}) for rank in range(len(INPUTS[name]))]
    assert scores == sorted(scores)
    assert 0 <= scores[0] <= scores[-1] <= 100


@given(facts, st.sampled_from(sorted(INPUTS)), allowed_weights())
def test_whatever_the_weights_a_more_pressing_fact_never_lowers_the_score(
    ranks: dict[str, int], name: str, weights: Weights
) -> None:
    # UNKNOWN has no place among the severities: a policy may put it anywhere
    values = [rank for rank in range(len(INPUTS[name])) if name != "severity" or RANKS[rank] != "UNKNOWN"]
    scores = [score({**ranks, name: rank}, weights) for rank in values]
    assert scores == sorted(scores)
    assert 0 <= scores[0] <= scores[-1] <= 100


def test_every_term_counts_what_the_weights_say() -> None:
    """All that adds, at one point each: seven terms and the severity; all that lowers takes one off each."""
    one = Weights(**{term: -1 if term in {"not_in_use", "development"} else 1 for term in TERMS})
    pressing = vulnerability(kev=KEV, epss=Epss(0.5, 1.0, ""), fixed_versions=("2",), reachable="yes", from_base=False)
    setting = Setting(True, ("80/tcp",), True)
    assert with_priority(pressing, setting, PACKAGE, one).priority.score == 9
    unused = replace(pressing, reachable="no")
    assert with_priority(unused, setting, replace(PACKAGE, is_dev=True), one).priority.score == 6
    assert (
        with_priority(unused, setting, PACKAGE, one).priority.reasons
        == with_priority(unused, setting, PACKAGE).priority.reasons
    )


def saved_report() -> Report:
    openssl = sample_package("deb", "openssl", "3.0.1")
    dev = replace(sample_package("npm", "left-pad", "1.0.0"), is_dev=True)
    known = replace(sample_finding("CVE-1", openssl, "HIGH", "3.0.2"), kev=KEV, epss=None, exploit_public=False)
    minor = replace(sample_finding("CVE-2", dev, "MEDIUM"), kev=None, epss=None, exploit_public=False)
    made = sample_report((known, minor), (openssl, dev))
    config = replace(made.target.config, user="", exposed_ports=("80/tcp",), labels={"env": "prod"})
    target = replace(made.target, config=config, config_digest="sha256:1")
    return replace(made, target=target)


def test_a_report_is_weighed_anew_and_says_so() -> None:
    """By hand: HIGH 40, exploited 60 instead of 35, fixable 5, root 0 instead of 3, port 3, production 4 is above 100;
    MEDIUM 25, root 0, port 3, production 4, development -20 instead of -15."""
    weighed = reweighted(saved_report(), Weights(exploited=60, root=0, development=-20))
    assert {f.id: f.priority.score for f in weighed.findings} == {"CVE-1": 100, "CVE-2": 12}
    assert weighed.priority_weights == {"exploited": 60, "root": 0, "development": -20}


def test_the_usual_weights_undo_others_and_are_not_named() -> None:
    usual = reweighted(saved_report(), USUAL)
    assert {f.id: f.priority.score for f in usual.findings} == {"CVE-1": 90, "CVE-2": 20}
    assert reweighted(reweighted(saved_report(), Weights(high=90)), USUAL) == usual
    assert usual.priority_weights == {}


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
