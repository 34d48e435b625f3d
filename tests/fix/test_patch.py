"""Patches apply with git itself, change what they say and nothing else, and never leave the checkout."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.fix.change import CONFIG, HEALTHCHECK, LANGUAGE, SYSTEM, USER, Change
from scantling.fix.patch import Patch, patch
from scantling.fix.sources import read_sources
from scantling.model.errors import UsageError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="patches are applied with git")

SSL = Change(kind=SYSTEM, name="openssl", type="deb", version="3.0.13-1", tool="apt-get", names=("libssl3=3.0.13-1",))
TO_USER = Change(kind=USER, name="USER", version="65532:65532")
HEALTH = Change(kind=HEALTHCHECK, name="HEALTHCHECK", version="HEALTHCHECK CMD nc -z 127.0.0.1 80")
RUN = (
    "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends --only-upgrade libssl3=3.0.13-1 \\\n"
    "    && rm -rf /var/lib/apt/lists/*\n"
)


def upgrade(type_: str, name: str, installed: str, version: str, *files: str) -> Change:
    return Change(kind=LANGUAGE, type=type_, name=name, installed=installed, version=version, files=files)


def applied(root: Path, *changes: Change) -> Patch:
    """Apply the patch with git, which refuses one that does not fit."""
    made = patch(changes, read_sources(root, None))
    subprocess.run(["git", "apply", "-"], cwd=root, input=made.text.encode(), check=True, capture_output=True)
    return made


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        (root / name).write_bytes(text.encode())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_dockerfile_gets_the_upgrade_below_its_last_from_and_the_user_before_the_command(
    tmp_path: Path, end: str
) -> None:
    text = '# shop\nFROM golang:1.21-bookworm AS build\nRUN make\n\nFROM debian:12\nCOPY . /\nEXPOSE 80\nCMD ["/s"]\n'
    write(tmp_path, Dockerfile=text.replace("\n", end))
    go = upgrade("golang", "stdlib", "1.21.3", "1.21.11")
    made = applied(tmp_path, SSL, TO_USER, HEALTH, go)
    expected = (
        text.replace("golang:1.21-", "golang:1.21.11-")
        .replace("FROM debian:12\n", f"FROM debian:12\n{RUN}")
        .replace("CMD [", f"{HEALTH.version}\nUSER 65532:65532\nCMD [")
    )
    assert (tmp_path / "Dockerfile").read_bytes().decode() == expected.replace("\n", end)
    assert (made.files, made.rest) == (("Dockerfile",), ())


def test_without_a_command_the_last_lines_go_to_the_end_of_a_file_without_newline(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM debian:12")
    applied(tmp_path, SSL, TO_USER)
    assert (tmp_path / "Dockerfile").read_text() == f"FROM debian:12\n{RUN}USER 65532:65532\n"


def test_a_from_and_its_command_on_the_next_line_leave_room_for_both(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM debian:12\nCMD sh\n")
    applied(tmp_path, SSL, TO_USER)
    assert (tmp_path / "Dockerfile").read_text() == f"FROM debian:12\n{RUN}USER 65532:65532\nCMD sh\n"


def test_an_upgrade_is_done_as_root_and_the_user_is_set_again(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM debian:12 AS base\nUSER app\nFROM base\nCMD sh\n")
    applied(tmp_path, SSL)
    assert f"FROM base\nUSER root\n{RUN}USER app\nCMD" in (tmp_path / "Dockerfile").read_text()


@pytest.mark.parametrize(
    "install",
    [
        "RUN apt-get update && apt-get install -y openssl=3.0.11-1\n",
        "RUN apt-get update \\\n    && apt-get -qq -y \\\n    install openssl\n",
        "RUN <<EOF\napt-get update\napt-get install -y openssl\nEOF\n",
    ],
)
def test_an_upgrade_comes_behind_what_installs_the_package(install: str, tmp_path: Path) -> None:
    """apt-get --only-upgrade passes over what is not installed yet."""
    above, below = f"FROM debian:12\nRUN apt-get update\n{install}", "USER app\nRUN make\nCMD sh\n"
    write(tmp_path, Dockerfile=above + below)
    applied(tmp_path, SSL)
    assert (tmp_path / "Dockerfile").read_text() == f"{above}{RUN}{below}"


def test_an_upgrade_behind_another_user_is_done_as_root(tmp_path: Path) -> None:
    above = "FROM debian:12\nUSER app\nRUN sudo apt-get install -y openssl\n"
    write(tmp_path, Dockerfile=f"{above}CMD sh\n")
    applied(tmp_path, SSL)
    assert (tmp_path / "Dockerfile").read_text() == f"{above}USER root\n{RUN}USER app\nCMD sh\n"


def test_scratch_has_no_package_manager(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM scratch\nCOPY a /\n")
    made = patch([SSL], read_sources(tmp_path, None))
    assert (made.text, made.rest) == ("", (SSL,))
    assert "scratch" in made.notes[0]


def test_a_rule_that_knows_its_correction_makes_it(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="FROM debian:12\nADD app.py /srv/\nCMD sh\n")
    applied(tmp_path, Change(kind=CONFIG, name="SCN-IMG-005", type="misconfig"))
    assert (tmp_path / "Dockerfile").read_text() == "FROM debian:12\nCOPY app.py /srv/\nCMD sh\n"


def test_manifests_come_first_and_pip_does_what_none_names(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile='FROM python:3.11-slim\nCOPY . /srv\nCMD ["app"]\n')
    write(tmp_path, **{"requirements.txt": "django==3.2.1\n", "poetry.lock": "", "pyproject.toml": "[project]\n"})
    site = "usr/local/lib/python3.11/site-packages"
    django = upgrade("pypi", "Django", "3.2.1", "3.2.25", f"{site}/Django-3.2.1.dist-info/METADATA")
    tools = upgrade("pypi", "setuptools", "65.5", "78.1.1", f"{site}/setuptools-65.5.dist-info/METADATA")
    made = applied(tmp_path, django, tools)
    assert (tmp_path / "requirements.txt").read_text() == "django==3.2.25\n"
    recipe = (tmp_path / "Dockerfile").read_text()
    assert "RUN pip install --no-cache-dir --upgrade setuptools==78.1.1\nCMD" in recipe
    assert "Django" not in recipe
    assert made.done == (django, tools)


def test_pip_of_an_environment_is_called_by_its_path(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile='FROM debian:12\nUSER app\nCMD ["app"]\n')
    site = "opt/venv/lib/python3.11/site-packages"
    applied(tmp_path, upgrade("pypi", "idna", "2.7", "3.15", f"{site}/idna-2.7.dist-info/METADATA"))
    assert (tmp_path / "Dockerfile").read_text() == (
        "FROM debian:12\nUSER app\nUSER root\n"
        'RUN /opt/venv/bin/pip install --no-cache-dir --upgrade idna==3.15\nUSER app\nCMD ["app"]\n'
    )


def test_lock_files_are_refreshed_by_a_command(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/package.json").write_text('{"dependencies": {"lodash": "^4.17.4"}}\n')
    (tmp_path / "web/package-lock.json").write_text("{}")
    made = applied(tmp_path, upgrade("npm", "lodash", "4.17.4", "4.17.21"))
    assert made.refresh == ("cd web && npm install --package-lock-only",)
    assert made.files == ("web/package.json",)


def test_nothing_outside_is_read_or_named(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    write(outside, **{"requirements.txt": "django==3.2.1\n", "Dockerfile": "FROM debian:12\n"})
    (root / "requirements.txt").symlink_to(outside / "requirements.txt")
    (root / "linked").symlink_to(outside)
    assert patch([upgrade("pypi", "django", "3.2.1", "3.2.25")], read_sources(root, None)).text == ""
    with pytest.raises(UsageError, match="outside the checkout"):
        read_sources(root, outside / "Dockerfile")


@pytest.mark.parametrize("version", ["1.0\nRUN evil", '1.0", "x": "y', "1.0 && evil", "$(evil)"])
def test_a_hostile_version_reaches_no_file(tmp_path: Path, version: str) -> None:
    write(tmp_path, Dockerfile="FROM debian:12\nCMD sh\n", **{"package.json": '{"dependencies": {"lodash": "^4"}}\n'})
    hostile = upgrade("npm", "lodash", "4.17.4", version)
    system = Change(kind=SYSTEM, name="x", version=version, tool="apt-get", names=(f"x={version}",))
    made = patch([hostile, system], read_sources(tmp_path, None))
    assert (made.text, made.rest) == ("", (hostile, system))


def test_what_is_no_dockerfile_is_refused(tmp_path: Path) -> None:
    write(tmp_path, Dockerfile="hello\n")
    with pytest.raises(UsageError, match="not a Dockerfile"):
        patch([SSL], read_sources(tmp_path, None))
