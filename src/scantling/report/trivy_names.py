"""What Trivy calls the things that Scantling has other names for."""

from __future__ import annotations

FAMILIES = {
    "rhel": "redhat", "almalinux": "alma", "amzn": "amazon", "ol": "oracle", "opensuse-leap": "opensuse.leap",
    "opensuse-tumbleweed": "opensuse.tumbleweed", "sles": "suse linux enterprise server", "mariner": "cbl-mariner",
}  # fmt: skip
LANGUAGES = {
    "pypi": "python-pkg", "npm": "node-pkg", "maven": "jar", "golang": "gobinary", "gem": "gemspec",
    "cargo": "rustbinary", "composer": "composer-vendor", "nuget": "dotnet-core", "conan": "conan", "hex": "hex",
    "pub": "pub",
}  # fmt: skip
# installed packages of these types are one result each, as Trivy gathers them; of others, each file is a result
TARGETS = {"python-pkg": "Python", "node-pkg": "Node.js", "jar": "Java", "gemspec": "Ruby"}
SEVERITIES = {
    "CRITICAL": "CRITICAL", "HIGH": "HIGH", "MEDIUM": "MEDIUM", "LOW": "LOW", "UNKNOWN": "UNKNOWN",
    "NEGLIGIBLE": "LOW",
}  # fmt: skip
STATUSES = {
    "fixed": "fixed", "affected": "affected", "will_not_fix": "will_not_fix", "fix_deferred": "fix_deferred",
    "end_of_life": "end_of_life", "under_investigation": "under_investigation", "not_affected": "not_affected",
    "unverified": "unknown",
}  # fmt: skip
SOURCES = {"osv-npm": "ghsa", "osv-pypi": "ghsa", "osv-maven": "ghsa", "osv-gem": "ghsa", "osv-go": "govulndb"}
