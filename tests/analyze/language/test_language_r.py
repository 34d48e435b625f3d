"""What R installed, renv.lock and packrat.lock; compared with R's own ``installed.packages`` where R is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from support.language_facts import analyze, named

DESCRIPTION = b"""Package: jsonlite
Title: A Simple and Robust JSON Parser
   and Generator for R
Version: 1.8.4
Authors@R: c(
    person("Version: 9", "Ooms"))
License: MIT + file LICENSE
Depends: R (>= 3.0), methods
Imports: Rcpp (>= 1.0),
    curl
NeedsCompilation: yes
Built: R 4.2.2; x86_64-pc-linux-gnu; 2022-12-08 10:51:44 UTC; unix
"""
RENV = {
    "R": {"Version": "4.2.3", "Repositories": [{"Name": "CRAN", "URL": "https://cloud.r-project.org"}]},
    "Bioconductor": {"Version": "3.16"},
    "Packages": {
        "MASS": {"Package": "MASS", "Version": "7.3-58.1", "Source": "Repository", "Repository": "CRAN",
                 "Requirements": ["R", "stats"]},
        "mine": {"Package": "mine", "Version": "0.0.0.9000", "Source": "GitHub", "RemoteSha": "0" * 40},
    },
}  # fmt: skip
PACKRAT = b"""PackratFormat: 1.4
PackratVersion: 0.4.8.1
RVersion: 3.3.2
Repos: CRAN=https://cran.rstudio.com/

Package: DBI
Source: CRAN
Version: 0.5-1
Hash: 7ef5e7b2b9a2d0b4f5d4d2b2d3e3c3b3

Package: dplyr
Source: CRAN
Version: 0.5.0
Hash: 36e8ab29ffffcf8aaa5bb5e3ad97e0a5
Requires: DBI, R6,
    Rcpp
"""


def test_an_installed_package() -> None:
    (package,), gaps = analyze("usr/local/lib/R/site-library/jsonlite/DESCRIPTION", DESCRIPTION)
    assert not gaps
    assert (package.type, package.name, package.version, package.declared) == ("cran", "jsonlite", "1.8.4", False)
    assert package.licenses == ("MIT + file LICENSE",)
    assert package.depends == ("Rcpp", "curl", "methods")


def test_a_package_that_is_only_source_is_not_installed() -> None:
    assert analyze("srv/pkg/DESCRIPTION", DESCRIPTION.partition(b"Built")[0]) == ([], [])


def test_any_other_file_of_that_name_is_not_rs() -> None:
    for data in (b"", b"\0\1\2", b"What this is:\n\nnothing\n", b"Version: 1\nBuilt: x\n"):
        assert analyze("usr/share/x/DESCRIPTION", data) == ([], [])


def test_an_installed_package_without_a_version_is_a_gap() -> None:
    gaps = analyze("x/DESCRIPTION", b"Package: x\nBuilt: R 4\n")[1]
    assert [gap.what for gap in gaps] == ["unreadable-file"]


def test_renv() -> None:
    packages, gaps = analyze("srv/renv.lock", json.dumps(RENV).encode())
    assert not gaps
    assert [(p.name, p.version, p.depends, p.declared) for p in packages] == [
        ("MASS", "7.3-58.1", ("stats",), True), ("mine", "0.0.0.9000", (), True),
    ]  # fmt: skip


def test_packrat() -> None:
    packages, gaps = analyze("srv/packrat/packrat.lock", PACKRAT)
    assert not gaps
    assert [(p.name, p.version, p.depends) for p in packages] == [
        ("DBI", "0.5-1", ()), ("dplyr", "0.5.0", ("DBI", "R6", "Rcpp")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "data"),
    [("renv.lock", b""), ("renv.lock", b"{}"), ("renv.lock", b'{"Packages": {'), ("packrat.lock", b""),
     ("packrat.lock", b"nothing\n")],
)  # fmt: skip
def test_what_is_none_is_a_gap(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_lists_the_same_packages() -> None:
    script = "p <- installed.packages(); cat(paste(p[,'LibPath'], p[,'Package'], p[,'Version']), sep='\\n')"
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    theirs = sorted(tuple(line.split()) for line in done.stdout.splitlines())
    assert len(theirs) >= 10
    ours = []
    for library, name, _ in theirs:
        file = Path(library) / name / "DESCRIPTION"
        ours += [(library, *found) for found in named(str(file)[1:], file.read_bytes())]
    assert ours == theirs
