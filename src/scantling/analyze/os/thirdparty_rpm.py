"""rpm packages that somebody else than the distribution built: its advisories say nothing about them.

Being wrong here hides advisories, so only these count, and only in the distributions named here:

1. a release with a well-known repository's mark ("-1.pgdg90+1", "1nodesource", "1.el9.remi", ".el9.ngx");
2. a vendor that publishes a repository of its own ("Docker", "NodeSource", "Fedora Project" for EPEL) and is not one of
   the distribution's own vendors.

An unknown vendor or none proves nothing: rebuilds, mirrors and minimal images are made with all sorts of them.
"""

from __future__ import annotations

import re

from scantling.model.facts import OsRelease, PackageFact

_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"PGDG(?:[.].{0,20})?\Z", re.IGNORECASE), "release of the PostgreSQL project's repository"),
    (re.compile(r"[0-9]nodesource\Z"), "release of NodeSource"),
    (re.compile(r"[.]remi(?:[.].{0,20})?\Z"), "release of Remi's repository"),
    (re.compile(r"[.]ngx\Z"), "release of nginx.org"),
    (re.compile(r"[.]el[0-9]{1,2}[.](?:ius|elrepo|gf|rf)\Z"), "release of a well-known add-on repository"),
)

# the start of the Vendor tag, lower case -> whose repository it is
_VENDORS = {
    "docker": "Docker Inc.", "nodesource": "NodeSource", "nginx inc": "nginx.org", "nginx packaging": "nginx.org",
    "postgresql global development": "PostgreSQL project", "remi collet": "Remi's repository",
    "elastic": "Elastic", "grafana labs": "Grafana Labs", "hashicorp": "HashiCorp", "mongodb": "MongoDB",
    "mariadb": "MariaDB", "percona": "Percona", "influxdata": "InfluxData", "datadog": "Datadog",
    "google": "Google", "kubernetes": "Kubernetes", "gitlab": "GitLab", "nvidia": "NVIDIA",
    "eclipse adoptium": "Adoptium", "azul systems": "Azul", "confluent": "Confluent", "sysdig": "Sysdig",
    "splunk": "Splunk", "new relic": "New Relic", "puppet": "Puppet", "chef software": "Chef", "elrepo": "ELRepo",
}  # fmt: skip

_ENTERPRISE = frozenset({"rhel", "centos", "rocky", "almalinux", "ol"})
_DISTRIBUTIONS = _ENTERPRISE | {"fedora", "amzn", "sles", "opensuse-leap", "opensuse-tumbleweed"}


def is_third_party_rpm(fact: PackageFact, os: OsRelease | None) -> bool:
    """Whether ``fact`` is certainly not the distribution's own package; False means "nothing says so"."""
    return bool(third_party_rpm_reason(fact, os))


def third_party_rpm_reason(fact: PackageFact, os: OsRelease | None) -> str:
    """Why ``fact`` is held to be somebody else's, in a few words for a person; "" when nothing says so."""
    if os is None or os.id not in _DISTRIBUTIONS:
        return ""
    release = fact.version.rpartition("-")[2]
    for mark, reason in _MARKS:
        if mark.search(release):
            return reason
    vendor = fact.origin.lower()
    if vendor.startswith("fedora project") and os.id in _ENTERPRISE:
        return "built by the Fedora Project (EPEL)"
    if vendor.startswith("microsoft") and os.id in _DISTRIBUTIONS:
        return "built by Microsoft"
    if vendor.startswith("oracle and/or its affiliates") and fact.name.startswith("mysql"):
        return "built by MySQL (Oracle)"
    for start, name in _VENDORS.items():
        if vendor.startswith(start):
            return f"built by {name}"
    return ""
