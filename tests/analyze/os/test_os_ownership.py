"""Which owned paths are kept: those that another analyzer could claim."""

from __future__ import annotations

import pytest

from scantling.analyze.os.ownership import claimable

KEPT = [
    "usr/lib/python3/dist-packages/six-1.16.0.egg-info",
    "usr/lib/python3/dist-packages/foo-1.egg-info/PKG-INFO",
    "usr/lib/python3.11/site-packages/foo-1.dist-info/METADATA",
    "usr/share/nodejs/semver/package.json",
    "usr/share/java/commons-io-2.11.0.jar",
    "usr/share/jetty9/root.war",
    "usr/share/rubygems-integration/all/specifications/rake-13.0.6.gemspec",
    "usr/lib/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json",
    "usr/bin/docker",
    "bin/bash",
    "sbin/ldconfig",
    "usr/libexec/podman/rootlessport",
    "usr/lib/go-1.19/pkg/tool/linux_amd64/compile",
    "usr/libexec/docker/cli-plugins/docker-buildx",
    "opt/containerd/ctr",
    "usr/lib/x86_64-linux-gnu/librsvg-2.so.2.48.0",
    "usr/lib/python3/dist-packages/cryptography/hazmat/bindings/_rust.abi3.so",
    "usr/share/webapps/vendor/composer/installed.json",
]
LEFT_OUT = [
    "usr/share/man/man1/ls.1.gz",
    "usr/share/doc/libc6/copyright",
    "usr/lib/python3/dist-packages/six.py",
    "etc/passwd",
    "usr/share/zoneinfo/Europe/Rome",
    "usr/include/stdio.h",
    "usr/lib/locale/C.utf8/LC_CTYPE.txt",
]


@pytest.mark.parametrize("path", KEPT)
def test_kept(path: str) -> None:
    assert claimable(path)


@pytest.mark.parametrize("path", LEFT_OUT)
def test_left_out(path: str) -> None:
    assert not claimable(path)
