"""Debian packages that somebody else than the distribution built: its advisories say nothing about them.

dpkg's status file does not record the repository, so only what a package says of itself can tell. Being wrong here
hides advisories; therefore only marks that the vendors' own packages carry and the distributions' never do count:

1. a version suffix of a well-known repository ("1.27.3-1~bookworm" of nginx.org, "17.2-1.pgdg120+1");
2. a maintainer's address at a vendor that publishes its own repository (docker.com, nodesource.com).

Backports ("~bpo12+1") are the distribution's own.
"""

from __future__ import annotations

import re

from scantling.model.facts import OsRelease, PackageFact

_CODENAMES = (
    "jessie stretch buster bullseye bookworm trixie forky xenial bionic focal jammy noble oracular plucky questing"
)

_VERSION_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[.~+]pgdg[0-9.+~a-z]*$"), "version suffix of the PostgreSQL project's repository"),
    (re.compile(r"nodesource\d*$"), "version suffix of NodeSource"),
    (re.compile(r"\+maria~[a-z0-9]+"), "version suffix of MariaDB's repository"),
    (re.compile(r"[+~]deb\.sury\.org[+~]"), "version suffix of deb.sury.org"),
    (re.compile(r"[~+](?:debian|ubuntu)\.\d+(?:\.\d+)?~[a-z]+$"), "version suffix of Docker's repository"),
    (re.compile(r"~ppa\d*$|[~+]ppa\d+(?:[~+.]|$)"), "version suffix of a Launchpad PPA"),
    (re.compile(rf"[~+](?:{'|'.join(_CODENAMES.split())})(?:cran\.\d+|\d*)$"), "version ends in a release's code name"),
)

# domain of the maintainer's address -> the vendor whose repository it came from
_VENDOR_DOMAINS = {
    "docker.com": "Docker Inc.",
    "nodesource.com": "NodeSource",
    "microsoft.com": "Microsoft",
    "mongodb.com": "MongoDB",
    "mongodb.org": "MongoDB",
    "elastic.co": "Elastic",
    "elasticsearch.com": "Elastic",
    "hashicorp.com": "HashiCorp",
    "gitlab.com": "GitLab",
    "grafana.com": "Grafana Labs",
    "influxdb.com": "InfluxData",
    "influxdata.com": "InfluxData",
    "percona.com": "Percona",
    "datadoghq.com": "Datadog",
    "newrelic.com": "New Relic",
    "nvidia.com": "NVIDIA",
    "oss.oracle.com": "MySQL (Oracle)",
    "confluent.io": "Confluent",
    "cloudflare.com": "Cloudflare",
    "tailscale.com": "Tailscale",
    "azul.com": "Azul",
    "amazon.com": "Amazon",
    "f5.com": "nginx.org",
    "nginx.com": "nginx.org",
    "google.com": "Google",
    "slack-corp.com": "Slack",
    "puppet.com": "Puppet",
    "konghq.com": "Kong",
    "couchbase.com": "Couchbase",
    "neo4j.com": "Neo4j",
}

# vendors whose maintainers use addresses that prove nothing: the whole address
_VENDOR_ADDRESSES = {
    "chromium-dev@chromium.org": "Google Chrome",
    "nginx-packaging@nginx.com": "nginx.org",
    "yarn@dan.cx": "Yarn",
    "temurin-dev@eclipse.org": "Adoptium",
    "kubernetes-sig-release@googlegroups.com": "Kubernetes",
}

# companies whose people also maintain packages inside Debian or Ubuntu: the address counts only for these names
_ONLY_FOR = {
    "google.com": ("google-", "kubectl", "bazel", "gcsfuse", "nvidia-container"),
    "amazon.com": ("amazon-", "awscli", "java-"),
    "nvidia.com": ("cuda", "libcuda", "libcudnn", "libnccl", "libnv", "nvidia-", "tensorrt", "datacenter-gpu"),
    "microsoft.com": (
        "dotnet", "aspnetcore", "netstandard", "powershell", "msodbcsql", "mssql", "azure-", "code", "moby-",
        "microsoft-", "packages-microsoft", "msopenjdk", "procdump", "libmsquic", "blobfuse",
    ),
}  # fmt: skip

_ADDRESS = re.compile(r"<([^<>@\s]{1,128})@([^<>@\s]{1,128})>")


def is_third_party_deb(fact: PackageFact, os: OsRelease | None) -> bool:
    """Whether ``fact`` is certainly not the distribution's own package; False means "nothing says so"."""
    return bool(third_party_reason(fact, os))


def third_party_reason(fact: PackageFact, os: OsRelease | None) -> str:
    """Why ``fact`` is held to be somebody else's, in a few words for a person; "" when nothing says so.

    In a derivative the vendor may be the distributor itself (NVIDIA's Cumulus Linux): no claim is made there.
    """
    if os is not None and os.id not in {"debian", "ubuntu"}:
        return ""
    for mark, reason in _VERSION_MARKS:
        if mark.search(fact.version):
            return reason
    match = _ADDRESS.search(fact.origin)
    if match is None:
        return ""
    address = f"{match[1]}@{match[2]}".lower()
    if (vendor := _VENDOR_ADDRESSES.get(address)) is not None:
        return f"maintained by {vendor}"
    domain = match[2].lower()
    vendor = _VENDOR_DOMAINS.get(domain)
    names = _ONLY_FOR.get(domain)
    if vendor is None or (names is not None and not fact.name.startswith(names)):
        return ""
    return f"maintained by {vendor}"
