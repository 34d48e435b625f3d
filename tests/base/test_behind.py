"""Whether a base is behind its tag, as a real registry tells; and what a policy makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support import bases, oci
from support import registry as debian
from support.bases import Call, Write

pytestmark = pytest.mark.skipif(bool(debian.missing()), reason=debian.missing())

BASE_NAME = "org.opencontainers.image.base.name"
Report = Callable[..., dict[str, Any]]
POLICY = "version: 1\nname: fresh\nrules:\n  - id: newest-base\n    rule: base-behind\n"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[debian.RunningRegistry]:
    with debian.debian_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANTLING_INSECURE", "true")


@pytest.fixture
def push(registry: debian.RunningRegistry, write: Write) -> Callable[[oci.Image, str], str]:
    """Put an image into the registry; its reference."""
    return lambda made, name: registry.push(
        f"{write(made, name, name.replace(':', '_') + made.digest[7:15])}:{name}", name
    )


@pytest.fixture
def policy(tmp_path: Path) -> str:
    (tmp_path / "fresh.yaml").write_text(POLICY)
    return str(tmp_path / "fresh.yaml")


def test_a_tag_that_moved_leaves_the_image_behind(
    push: Callable[[oci.Image, str], str], report: Report, call: Call, policy: str
) -> None:
    base = push(bases.DEBIAN, "moved/debian:12")
    assert call("base", "index", base)[0] == 0
    app = push(bases.silent(), "moved/app:1")
    told = report(f"registry:{app}", "--check-base")["target"]["base"]
    assert (told["behind"], told["newest"], told["source"]) == (False, bases.DEBIAN.digest, "layers")
    judged = ("--scanners", "packages", "--policy", policy, "--check-base", "--on-gap", "report")
    assert call("image", f"registry:{app}", *judged)[0] == 0
    push(bases.DEBIAN_NEW, "moved/debian:12")
    told = report(f"registry:{app}", "--check-base")["target"]["base"]
    assert (told["behind"], told["newest"]) == (True, bases.DEBIAN_NEW.digest)
    code, out, _ = call("image", f"registry:{app}", *judged)
    assert code == 1
    assert "is behind its tag" in " ".join(out.split()) and "scantling base recommend" in " ".join(out.split())


def test_the_same_layers_pushed_elsewhere_are_not_behind(
    push: Callable[[oci.Image, str], str], report: Report, write: Write, call: Call
) -> None:
    # compressed anew, so that no digest of manifest or blob is the same: the layers' content is
    other = oci.image([bases.ROOT], compression="none")
    assert other.digest != bases.DEBIAN.digest
    reference = push(other, "copied/debian:12")
    assert call("base", "index", write(bases.DEBIAN, "12"), "--name", reference.rpartition(":")[0])[0] == 0
    told = report(write(bases.silent()), "--check-base")["target"]["base"]
    assert (told["name"], told["behind"], told["digest"]) == (reference.rpartition(":")[0], False, bases.DEBIAN.digest)


def test_offline_nobody_knows_and_the_policy_says_what_that_means(
    push: Callable[[oci.Image, str], str], report: Report, write: Write, call: Call, policy: str
) -> None:
    call("base", "index", push(bases.DEBIAN, "off/debian:12"))
    app = write(bases.silent())
    made = report(app, "--check-base", "--offline")
    assert made["target"]["base"]["behind"] is None
    assert "--offline" in next(gap["reason"] for gap in made["gaps"] if gap["what"] == "base-not-compared")
    judged = ("--scanners", "packages", "--policy", policy, "--offline", "--on-gap", "report", "-f", "json")
    code, out, _ = call("image", app, *judged)
    (violation,) = json.loads(out)["verdict"]["violations"]
    assert (code, "not judged" in violation["message"], "--check-base" in violation["remediation"]) == (1, True, True)
    Path(policy).write_text(POLICY + "    unknown: warn\n")
    code, out, _ = call("image", app, *judged)
    verdict = json.loads(out)["verdict"]
    assert (code, verdict["violations"], len(verdict["warnings"])) == (0, [], 1)


def test_a_registry_that_only_the_image_names_is_not_asked_in_the_private_network(
    push: Callable[[oci.Image, str], str], report: Report, write: Write
) -> None:
    base = push(bases.DEBIAN, "lure/debian:12")
    made = report(write(bases.application(annotations={BASE_NAME: base})), "--check-base")
    assert made["target"]["base"]["behind"] is None
    assert "base-not-compared" in {gap["what"] for gap in made["gaps"]}


def test_an_annotation_in_the_images_own_registry_is_followed(
    push: Callable[[oci.Image, str], str], report: Report
) -> None:
    base = push(bases.PYTHON_BASE, "own/python:3")
    app = push(bases.application(annotations={BASE_NAME: base}), "own/app:1")
    assert report(f"registry:{app}", "--check-base")["target"]["base"]["behind"] is False


def test_tags_of_a_repository_are_indexed_by_pattern(push: Callable[[oci.Image, str], str], call: Call) -> None:
    for tag in ("3.11-slim", "3.12-slim", "3.12"):
        push(bases.PYTHON_BASE, f"many/python:{tag}")
    repository = push(bases.PYTHON_BASE, "many/python:3").rpartition(":")[0]
    code, _, err = call("base", "index", repository, "--tags", "*-slim")
    assert (code, "2 base images indexed" in err) == (0, True)
    code, _, err = call("base", "index", repository, "--tags", "none*")
    assert (code, "no image there that fits" in err) == (3, True)


def test_a_checkout_of_the_official_images_gives_names_and_the_registry_digests(
    push: Callable[[oci.Image, str], str], call: Call, report: Report, write: Write, tmp_path: Path
) -> None:
    prefix = push(bases.DEBIAN, "library/debian:12").rpartition("/")[0]
    library = tmp_path / "official-images" / "library"
    library.mkdir(parents=True)
    (library / "debian").write_text(
        "Maintainers: A <a@b>\n\nTags: 12, bookworm\nArchitectures: amd64\n\nTags: 11,\n 11.1\n"
    )
    code, _, err = call("base", "index", str(library.parent), "--tags", "debian:12", "--through", prefix)
    assert (code, "1 base image indexed" in err) == (0, True), err
    told = report(write(bases.silent()), "--check-base")["target"]["base"]
    assert (told["name"], told["tag"], told["behind"]) == ("debian", "12", False)
