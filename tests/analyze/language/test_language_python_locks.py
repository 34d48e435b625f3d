"""Python's lock files and requirements; the shapes are what pip, pipenv, poetry, pdm and uv write."""

from __future__ import annotations

import json

import pytest

from support.language_facts import analyze, named

POETRY_2 = """
[[package]]
name = "Flask"
version = "2.0.1"
optional = false
groups = ["main"]

[package.dependencies]
Werkzeug = ">=2.0"
importlib-metadata = {version = ">=3.6", markers = "python_version < '3.10'"}

[[package]]
name = "werkzeug"
version = "2.0.3"
groups = ["main", "dev"]

[[package]]
name = "pytest"
version = "7.0.0"
groups = ["dev"]

[[package]]
name = "own"
version = "0.1"
groups = ["main"]
[package.source]
type = "directory"
url = "own"

[metadata]
lock-version = "2.1"
"""
POETRY_1 = """
[[package]]
name = "flask"
version = "2.0.1"
category = "main"
[[package]]
name = "pytest"
version = "7.0.0"
category = "dev"
[metadata]
lock-version = "1.1"
"""
PDM = """
[metadata]
groups = ["default", "dev", "db"]
lock_version = "4.5.0"
[[package]]
name = "flask"
version = "2.0.1"
groups = ["default"]
dependencies = ["Werkzeug>=2.0", "click>=7.1.2; python_version >= '3.6'"]
[[package]]
name = "pytest"
version = "7.0.0"
groups = ["dev"]
[[package]]
name = "sqlalchemy"
version = "1.4.0"
groups = ["db"]
[[package]]
name = "own"
version = "0.1"
path = "./own"
"""
UV = """
version = 1
revision = 3
requires-python = ">=3.11"
[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "requests", extra = ["socks"] }]
[package.optional-dependencies]
db = [{ name = "sqlalchemy" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[[package]]
name = "requests"
version = "2.25.0"
source = { registry = "https://index.example.org/simple" }
dependencies = [{ name = "idna" }]
[package.optional-dependencies]
socks = [{ name = "pysocks" }]
[[package]]
name = "idna"
version = "2.10"
source = { registry = "https://index.example.org/simple" }
dependencies = [{ name = "requests" }]
[[package]]
name = "pysocks"
version = "1.7.1"
source = { registry = "https://index.example.org/simple" }
[[package]]
name = "sqlalchemy"
version = "1.4.0"
source = { git = "https://forge.example.org/sqlalchemy?rev=1#2" }
[[package]]
name = "pytest"
version = "7.0.0"
source = { registry = "https://index.example.org/simple" }
dependencies = [{ name = "idna" }, { name = "pluggy" }]
[[package]]
name = "pluggy"
version = "1.0.0"
source = { registry = "https://index.example.org/simple" }
"""
PYLOCK = """
lock-version = "1.0"
created-by = "someone"
default-groups = ["server"]
[[packages]]
name = "flask"
version = "2.0.1"
dependencies = [{ name = "werkzeug" }]
[[packages]]
name = "gunicorn"
version = "20.1.0"
marker = "'server' in dependency_groups"
[[packages]]
name = "pytest"
version = "7.0.0"
marker = "'dev' in dependency_groups and python_version >= '3.8'"
[[packages]]
name = "pytz"
version = "2024.1"
marker = "'dev' in dependency_groups or sys_platform == 'linux'"
[[packages]]
name = "own"
directory = { path = "." }
"""
PIPFILE = {
    "_meta": {"pipfile-spec": 6},
    "default": {"flask": {"version": "==2.0.1"}, "own": {"editable": True, "path": "."}},
    "develop": {"pytest": {"version": "==7.0.0"}, "flask": {"version": "==2.0.1"}},
}


@pytest.mark.parametrize(
    ("path", "data", "running", "development"),
    [
        ("app/poetry.lock", POETRY_2, [("Flask", "2.0.1"), ("werkzeug", "2.0.3")], [("pytest", "7.0.0")]),
        ("app/poetry.lock", POETRY_1, [("flask", "2.0.1")], [("pytest", "7.0.0")]),
        ("app/pdm.lock", PDM, [("flask", "2.0.1"), ("sqlalchemy", "1.4.0")], [("pytest", "7.0.0")]),
        (
            "app/uv.lock",
            UV,
            [("idna", "2.10"), ("pysocks", "1.7.1"), ("requests", "2.25.0"), ("sqlalchemy", "1.4.0")],
            [("pluggy", "1.0.0"), ("pytest", "7.0.0")],
        ),
        (
            "app/pylock.prod.toml",
            PYLOCK,
            [("flask", "2.0.1"), ("gunicorn", "20.1.0"), ("pytz", "2024.1")],
            [("pytest", "7.0.0")],
        ),
        ("pylock.toml", PYLOCK.replace("pytz", "x"), [("flask", "2.0.1"), ("gunicorn", "20.1.0"), ("x", "2024.1")],
         [("pytest", "7.0.0")]),
        ("Pipfile.lock", json.dumps(PIPFILE), [("flask", "2.0.1")], [("pytest", "7.0.0")]),
    ],
)  # fmt: skip
def test_what_runs_and_what_is_for_development(
    path: str, data: str, running: list[tuple[str, str]], development: list[tuple[str, str]]
) -> None:
    packages, gaps = analyze(path, data.encode())
    assert not gaps
    assert [(p.name, p.version) for p in packages if not p.is_dev] == running
    assert [(p.name, p.version) for p in packages if p.is_dev] == development
    assert all(p.declared and p.type == "pypi" for p in packages)


@pytest.mark.parametrize(
    ("path", "data", "name", "depends"),
    [
        ("poetry.lock", POETRY_2, "Flask", ("Werkzeug", "importlib-metadata")),
        ("pdm.lock", PDM, "flask", ("Werkzeug", "click")),
        ("uv.lock", UV, "pytest", ("idna", "pluggy")),
        ("pylock.toml", PYLOCK, "flask", ("werkzeug",)),
    ],
)
def test_what_a_package_depends_on(path: str, data: str, name: str, depends: tuple[str, ...]) -> None:
    assert [p.depends for p in analyze(path, data.encode())[0] if p.name == name] == [depends]


REQUIREMENTS = b"""\
# a comment
-r base.txt
--index-url https://index.example.org/simple
Flask==2.0.1  # why
requests[socks,security] == 2.25.0 ; python_version >= "3.6" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
zope.interface===5.4.0
old (==1.0)
both==1.5,!=1.4
django>=2.0
star==1.*
direct @ https://example.org/direct-1.0.zip
git+https://example.org/x.git#egg=x
"""


def test_the_pinned_lines_of_requirements() -> None:
    packages, gaps = analyze("app/requirements.txt", REQUIREMENTS)
    assert [(p.name, p.version) for p in packages] == [
        ("Flask", "2.0.1"),
        ("both", "1.5"),
        ("old", "1.0"),
        ("requests", "2.25.0"),
        ("zope.interface", "5.4.0"),
    ]
    assert not any(p.is_dev for p in packages)
    assert [(g.what, g.blocks) for g in gaps] == [("partial-manifest", False)]
    assert gaps[0].reason.startswith("4 requirements without one pinned version: django, star, direct, git+https")


@pytest.mark.parametrize(
    ("path", "found", "is_dev"),
    [
        ("requirements.txt", True, False),
        ("a/prod-requirements.txt", True, False),
        ("a/requirements_prod.txt", True, False),
        ("a/requirements/base.txt", True, False),
        ("dev/requirements.txt", True, False),
        ("a/requirements-dev.txt", True, True),
        ("a/test_requirements.txt", True, True),
        ("a/requirements/test.txt", True, True),
        ("a/requirements/x/readme.txt", False, False),
        ("a/requirements.in", False, False),
        ("lib/python3.11/site-packages/x/requirements.txt", False, False),
    ],
)
def test_which_files_are_requirements(path: str, found: bool, is_dev: bool) -> None:
    assert [p.is_dev for p in analyze(path, b"a==1\n")[0]] == ([is_dev] if found else [])


def test_requirements_as_windows_writes_them() -> None:
    assert named("requirements.txt", "a==1\r\nb==2\r\n".encode("utf-16")) == [("a", "1"), ("b", "2")]
    assert named("requirements.txt", b"\xef\xbb\xbfa==1\r\nb==2") == [("a", "1"), ("b", "2")]


def test_a_lock_file_without_a_version_says_so_and_does_not_block() -> None:
    lock = {"default": {"x": {"git": "https://example.org/x", "ref": "abc"}}}
    packages, gaps = analyze("Pipfile.lock", json.dumps(lock).encode())
    assert not packages
    assert [(g.what, g.blocks) for g in gaps] == [("unknown-version", False)]


def test_conda_packages() -> None:
    record = {
        "name": "openssl", "version": "1.1.1k", "build": "h1", "channel": "defaults", "subdir": "linux-64",
        "license": "OpenSSL", "depends": ["ca-certificates", "libgcc-ng >=7.3.0"],
    }  # fmt: skip
    packages, gaps = analyze("opt/conda/conda-meta/openssl-1.1.1k-h1.json", json.dumps(record).encode())
    assert not gaps
    assert [(p.type, p.name, p.version, p.arch, p.licenses, p.depends, p.declared) for p in packages] == [
        ("conda", "openssl", "1.1.1k", "linux-64", ("OpenSSL",), ("ca-certificates", "libgcc-ng"), False)
    ]
    assert analyze("opt/conda/conda-meta/notes.json", b"{}") == ([], [])
    assert analyze("opt/conda-meta/deeper/x.json", json.dumps(record).encode()) == ([], [])
    assert [g.what for g in analyze("a/conda-meta/x.json", b'{"name": "x"}')[1]] == ["unreadable-file"]
