"""The pipelines that ``ci init`` writes, run: a real build (Podman), a real scan of the engine's image, and a push to a
real registry on loopback, which must not see the image that fails the gate; the one that passes has the report
attached."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scantling.ci.systems import SYSTEMS
from scantling.cli.main import main
from support import keys, oci, pipelines, registry
from support.engine import engine

pytestmark = [
    pytest.mark.debian,
    pytest.mark.skipif(bool(registry.missing("podman", "bash")), reason=registry.missing("podman", "bash")),
]

REPOSITORY = Path(__file__).resolve().parents[2]
DOCKERFILE = "FROM scratch\nCOPY etc/ /etc/\n# what the program needs\nCOPY app/ /app/\n"
LATEST = {"github": ["latest"], "gitlab": ["latest"]}  # the others push the commit's tag alone
FAILS, PASSES = "django==3.2.0\n", "django==999.0\n"  # the demo's advisories know a flaw of the first


@dataclass(frozen=True)
class Place:
    host: str
    shims: Path
    environ: dict[str, str]
    home: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("pipelines")
    feed = REPOSITORY / "demo" / "build_feed.py"
    subprocess.run([sys.executable, str(feed), str(root / "feed")], check=True, timeout=60)
    database = root / "demo.sqlite"
    built = subprocess.run(
        [Path(sys.executable).parent / "scantling", "db", "build", str(database)],
        env={**pipelines.environment(root, root), "SCANTLING_FEED_MIRROR": str(root / "feed")},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    runroot = tempfile.mkdtemp(prefix="scn")  # Podman refuses one of more than 50 characters
    podman = ["podman", "--root", f"{root}/root", "--runroot", runroot, "--storage-driver", "vfs"]
    private, _ = keys.key_pair(root, "key")
    empty = sources(root / "probe", "")
    built = subprocess.run(
        [*podman, "build", "-q", str(empty)], capture_output=True, text=True, check=False, timeout=120
    )
    if built.returncode:
        pytest.skip(f"podman cannot build an image here: {built.stderr[-300:]}")
    shims = pipelines.shims(root / "bin", podman)
    socket = root / "podman.sock"
    with (
        registry.debian_registry(root / "registry") as running,
        engine([*podman, "system", "service", "--time=0", f"unix://{socket}"], socket),
    ):
        (root / "registries.conf").write_text(f'[[registry]]\nlocation = "{running.host}"\ninsecure = true\n')
        environ = pipelines.environment(
            shims, root, DOCKER_HOST=f"unix://{socket}", SCANTLING_DB=str(database),
            SCANTLING_ON_GAP="report",  # a demo database is a gap
            SCANTLING_INSECURE="true",  # the registry speaks plain HTTP
            ATTEST_KEY=private.read_text(),
            CONTAINERS_REGISTRIES_CONF=str(root / "registries.conf"), REGISTRY_AUTH_FILE=str(root / "auth.json"),
        )  # fmt: skip
        environ.pop("CONTAINER_HOST", None)
        yield Place(running.host, shims, environ, root)
    shutil.rmtree(runroot, ignore_errors=True)


def sources(folder: Path, requirements: str) -> Path:
    (folder / "etc").mkdir(parents=True)
    (folder / "etc" / "os-release").write_text("ID=demo\nPRETTY_NAME=Demo\n")
    (folder / "app").mkdir()
    (folder / "app" / "requirements.txt").write_text(requirements)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    return folder


def tags(place: Place, name: str) -> list[str]:
    command = ["skopeo", "list-tags", "--tls-verify=false", f"docker://{place.host}/{name}"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=place.environ)
    found = json.loads(listed.stdout)["Tags"] if listed.returncode == 0 else []
    return sorted(tag for tag in found if not tag.startswith("sha256-"))  # these are what is attached


@pytest.mark.parametrize("system", pipelines.READERS)
def test_what_fails_is_not_pushed_and_what_passes_is(
    system: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = [one.path for one in SYSTEMS if one.name == system]
    for requirements, expected in ((FAILS, 1), (PASSES, 0)):
        root = sources(tmp_path / str(expected), requirements)
        monkeypatch.chdir(root)
        name = f"{system}/{expected}"
        assert main(["ci", "init", system, "--image-name", name, "--quiet"]) == 0
        steps = pipelines.steps_of(system, (root / path).read_text(), f"{place.host}", name)
        code, said = pipelines.run(steps, root, place.environ)
        assert code == expected, said
        assert tags(place, name) == ([] if expected else sorted({pipelines.COMMIT, *LATEST.get(system, [])})), said
        report, *_ = sorted(root.rglob("scantling.json"))  # Azure gathers a copy
        found = json.loads(report.read_text())
        assert found["target"]["reference"].startswith("docker:") and len(found["target"]["layers"]) == 2
        assert {one["id"] for one in found["findings"] if one["kind"] == "vulnerability"} == (
            {"CVE-2022-28346"} if expected else set()
        )

        if not expected:
            command = [
                "scantling",
                "verify",
                f"{place.host}/{name}:{pipelines.COMMIT}",
                "--key",
                f"{place.home}/key.pub",
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=place.environ)
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def later(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a later day: it knows a flaw of what passed before."""
    feed = tmp_path_factory.mktemp("later") / "feed"
    subprocess.run([sys.executable, str(REPOSITORY / "demo/build_feed.py"), str(feed)], check=True, timeout=60)
    record = {
        "schema_version": "1.6.0", "id": "GHSA-2222-3333-4444", "aliases": ["CVE-2026-999999"],
        "modified": "2026-11-22T00:00:00Z", "published": "2026-11-22T00:00:00Z", "summary": "A flaw found since",
        "database_specific": {"severity": "CRITICAL"},
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [{
            "package": {"ecosystem": "PyPI", "name": "django"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "998"}, {"fixed": "999.1"}]}],
        }],
    }  # fmt: skip
    with zipfile.ZipFile(feed / "osv/PyPI/all.zip", "a") as archive:
        archive.writestr(f"{record['id']}.json", json.dumps(record))
    built = subprocess.run(
        [Path(sys.executable).parent / "scantling", "db", "build", str(feed / "later.sqlite")],
        env={**pipelines.environment(place.home, place.home), "SCANTLING_FEED_MIRROR": str(feed)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return feed / "later.sqlite"


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_build_scan_push_and_scan_again_when_more_is_known(
    system: str, place: Place, later: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole of the standard pipeline: what passed and was pushed fails the schedule's scan of a later day."""
    (path,) = [one.path for one in SYSTEMS if one.name == system]
    monkeypatch.chdir(sources(tmp_path / "app", PASSES))
    name = f"{system}/again"
    assert main(["ci", "init", system, "--image-name", name, "--quiet"]) == 0
    text = Path(path).read_text()
    code, said = pipelines.run(pipelines.steps_of(system, text, place.host, name), Path.cwd(), place.environ)
    assert code == 0 and tags(place, name) == sorted([pipelines.COMMIT, "latest"]), said
    pushed = json.loads(Path("scantling.json").read_text())
    again = pipelines.rescan_of(system, text, f"{place.host}/{name}")
    outcomes = []
    for database in (place.environ["SCANTLING_DB"], str(later)):
        code, said = pipelines.run(again, Path.cwd(), {**place.environ, "SCANTLING_DB": database})
        report = json.loads(Path("scantling.json").read_text())
        assert report["target"]["config_digest"] == pushed["target"]["config_digest"], said
        outcomes.append((code, sorted(one["id"] for one in report["findings"] if one["severity"] == "CRITICAL")))
    assert outcomes == [(0, []), (1, ["CVE-2026-999999"])]


def test_what_was_not_looked_at_whole_is_not_pushed(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sources(tmp_path / "app", PASSES))
    assert main(["ci", "init", "jenkins", "--quiet"]) == 0
    steps = pipelines.steps_of("jenkins", Path("Jenkinsfile").read_text(), place.host, "jenkins/4")
    code, said = pipelines.run(steps, Path.cwd(), {**place.environ, "SCANTLING_ON_GAP": "fail"})
    assert code == 4, said
    assert tags(place, "jenkins/4") == []


def test_tektons_steps_scan_a_layout_and_push_it(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for requirements, expected in ((FAILS, 1), (PASSES, 0)):
        root = sources(tmp_path / str(expected), requirements)
        monkeypatch.chdir(root)
        assert main(["ci", "init", "tekton", "--quiet"]) == 0
        (root / "app" / "requirements.txt").rename(root / "requirements.txt")
        oci.build_layout(root / "image", [oci.tar({"app/requirements.txt": requirements})])
        name = f"tekton/{expected}"
        steps = pipelines.tekton((root / "tekton/scantling.yaml").read_text(), root, f"{place.host}/{name}:1")
        code, said = pipelines.run(steps, root, {**place.environ, "HOME": str(root)})
        assert code == expected, said
        assert tags(place, name) == ([] if expected else ["1"])
        assert (root / "outcome").read_text() == ("fail" if expected else "pass")
