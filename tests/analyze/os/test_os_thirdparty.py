"""Which Debian packages certainly come from somebody else. Examples: the vendors' own control files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.analyze.os import dpkg
from scantling.analyze.os.text import Complaints
from scantling.analyze.os.thirdparty import is_third_party_deb, third_party_reason
from scantling.model.facts import OsRelease, PackageFact

DEBIAN = OsRelease("debian", "12", "bookworm")


def fact(name: str, version: str, maintainer: str) -> PackageFact:
    return PackageFact("deb", name, version, origin=maintainer)


@pytest.mark.parametrize(
    ("name", "version", "maintainer"),
    [
        ("docker-ce", "5:27.3.1-1~debian.12~bookworm", "Docker <support@docker.com>"),
        ("docker-scan-plugin", "0.23.0", "Docker <support@docker.com>"),
        ("nodejs", "18.20.4-1nodesource1", "Ivan Iguaran <ivan@nodesource.com>"),
        ("postgresql-17", "17.2-1.pgdg120+1", "Debian PostgreSQL Maintainers <team+postgresql@tracker.debian.org>"),
        ("libpq5", "17.2-1.pgdg22.04+1", "Debian PostgreSQL Maintainers <team+postgresql@tracker.debian.org>"),
        ("nginx", "1.27.3-1~bookworm", "NGINX Packaging <nginx-packaging@f5.com>"),
        ("google-chrome-stable", "131.0.6778.85-1", "Chrome Linux Team <chromium-dev@chromium.org>"),
        ("msodbcsql18", "18.4.1.1-1", "Microsoft <odbc@microsoft.com>"),
        ("mariadb-server", "1:11.4.4+maria~deb12", "MariaDB Developers <maria-developers@lists.launchpad.net>"),
        ("php8.3", "8.3.14-1+0~20241121.1+debian12~1.gbp+deb.sury.org+1", "Ondřej Surý <ondrej@debian.org>"),
    ],
)
def test_vendors_packages(name: str, version: str, maintainer: str) -> None:
    package = fact(name, version, maintainer)
    assert is_third_party_deb(package, DEBIAN)
    assert third_party_reason(package, DEBIAN)


@pytest.mark.parametrize(
    ("name", "version", "maintainer"),
    [
        ("libc6", "2.36-9+deb12u9", "GNU Libc Maintainers <debian-glibc@lists.debian.org>"),
        ("git", "1:2.45.2-1~bpo12+1", "Jonathan Nieder <jrnieder@gmail.com>"),
        ("openssl", "3.0.2-0ubuntu1.18", "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>"),
        ("python-x", "1.0-1", "Somebody <somebody@google.com>"),
        ("nginx", "1.22.1-9", "Debian Nginx Maintainers <pkg-nginx-maintainers@alioth-lists.debian.net>"),
        ("bare", "1.0", ""),
    ],
)
def test_the_distributions_own(name: str, version: str, maintainer: str) -> None:
    assert not is_third_party_deb(fact(name, version, maintainer), DEBIAN)


def test_a_derivative_may_be_the_vendors_own() -> None:
    package = fact("cuda-toolkit", "12.6-1", "cudatools <cudatools@nvidia.com>")
    assert is_third_party_deb(package, None)
    assert not is_third_party_deb(package, OsRelease("cumulus-linux", "5.9", like=("debian",)))


@pytest.mark.debian
def test_no_package_of_debians_own_archive_is_called_foreign() -> None:
    helper = Path("/usr/lib/apt/apt-helper")
    lists = sorted(Path("/var/lib/apt/lists").glob("*_debian_dists_*_Packages*"), key=lambda path: path.stat().st_size)
    if not helper.exists() or not lists or shutil.which("apt-get") is None:
        pytest.skip("needs apt with its package lists")
    data = subprocess.run([helper, "cat-file", lists[-1]], capture_output=True, check=True).stdout
    results = dpkg._packages(data, Complaints("Packages"))
    assert len(results) > 10_000
    assert [(package.name, package.version) for package in results if is_third_party_deb(package, DEBIAN)] == []
