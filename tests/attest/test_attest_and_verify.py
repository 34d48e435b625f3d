"""``attest`` and ``verify`` through the command line, against a registry with the referrers API and one without."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scantling.cli.main import main
from support import oci
from support.crooked_registry import Reply, Request, digest, running
from support.keys import key_pair
from support.pushing import Pushing

LAYERS = [oci.tar({"srv/page": "hello"})]
AMD = oci.image(LAYERS, config={"User": "10001"})
ARM = oci.image(LAYERS, config={"User": "10001"}, platform="linux/arm64")
NOW = "2026-11-24T00:00:00Z"
Verify = Callable[..., tuple[int, str]]


@pytest.fixture(params=[True, False], ids=["with the referrers API", "without it"])
def pushing(request: pytest.FixtureRequest) -> Iterator[Pushing]:
    with running() as server:
        rule = Pushing(server, has_api=request.param)
        server.rules.append(rule)
        for one in (AMD, ARM):
            server.blobs.update(one.blobs)
            server.add_manifest("team/app", "", one.manifest)
        index = oci.index([AMD.descriptor, ARM.descriptor])
        server.add_manifest("team/app", "1", index, oci.INDEX)
        yield rule


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path, "k")


@pytest.fixture
def reference(pushing: Pushing) -> str:
    return f"{pushing.registry.host}/team/app:1"


@pytest.fixture
def attest(tmp_path: Path, reference: str, keys: tuple[Path, Path]) -> Callable[..., int]:
    def scan_and_attest(*more: str, now: str = NOW, policy: str = "") -> int:
        report = tmp_path / "r.json"
        asked = ["image", f"registry:{reference}", "--insecure", "--scanners", "secret,misconfig", "--now", now, "-q"]
        if policy:
            (tmp_path / "scan.yaml").write_text(policy)
            asked += ["--policy", str(tmp_path / "scan.yaml")]
        main([*asked, "-f", "json", "-o", str(report), "--cache-dir", str(tmp_path / "c")])
        return main(
            ["attest", str(report), "--key", str(keys[0]), "--push", "--insecure", "--type", "report,sbom", "-q", *more]
        )

    return scan_and_attest


@pytest.fixture
def verify(reference: str, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> Verify:
    def ask(*more: str, key: Path | None = None, now: str = NOW) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["verify", reference, "--key", str(key or keys[1]), "--insecure", "--now", now, *more])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ask


def test_what_is_signed_and_attached_is_verified(attest: Callable[..., int], verify: Verify) -> None:
    assert attest() == 0
    code, said = verify("--type", "report,sbom", "--max-age", "24h")
    assert code == 0, said
    assert "may be deployed" in said and f"digest    {AMD.digest}" in said
    assert said.count("verified  ") == 2


def test_without_a_statement_nothing_is_verified(verify: Verify) -> None:
    code, said = verify()
    assert code == 1
    assert "no report statement about this image that is signed with this key" in said and "must not be" in said


def test_a_kind_that_is_missing_denies(attest: Callable[..., int], verify: Verify) -> None:
    assert attest() == 0
    code, said = verify("--type", "report,vuln")
    assert code == 1 and "no vuln statement" in said


def test_another_key_denies(attest: Callable[..., int], verify: Verify, tmp_path: Path) -> None:
    assert attest() == 0
    code, said = verify(key=key_pair(tmp_path, "other")[1])
    assert code == 1 and "not signed with this key, or changed since" in said


def test_another_platform_of_the_index_is_not_what_was_signed(attest: Callable[..., int], verify: Verify) -> None:
    assert attest() == 0
    code, said = verify("--platform", "linux/arm64")
    assert code == 1 and "about another image" in said


def test_age_denies(attest: Callable[..., int], verify: Verify) -> None:
    assert attest() == 0
    assert verify("--max-age", "24h", now="2026-11-25T00:00:00Z")[0] == 0
    code, said = verify("--max-age", "24h", now="2026-11-25T00:00:01Z")
    assert code == 1 and "hours old, 24 allowed" in said
    code, said = verify(now="2026-11-23T00:00:00Z")
    assert code == 1 and "dated in the future" in said


def test_the_newest_statement_counts_whichever_was_pushed_last(attest: Callable[..., int], verify: Verify) -> None:
    """An older statement pushed again (a replay) does not stand in for a newer one."""
    failing = "version: 1\nrules:\n  - {rule: healthcheck}\n"
    assert attest(now="2026-11-23T00:00:00Z") == 0
    assert verify()[0] == 0
    assert attest(now="2026-11-23T12:00:00Z", policy=failing) == 0
    code, said = verify()
    assert code == 1 and "healthcheck" in said
    assert attest(now="2026-11-23T00:00:00Z") == 0  # the old one again
    # where the list is ours to keep it takes the newer one's place in it: then its age tells
    assert verify("--max-age", "12h")[0] == 1


def test_a_policy_is_judged_at_deployment(attest: Callable[..., int], verify: Verify, tmp_path: Path) -> None:
    assert attest() == 0
    (tmp_path / "p.yaml").write_text("version: 1\nrules:\n  - rule: user\n    numeric: true\n")
    assert verify("--policy", str(tmp_path / "p.yaml"))[0] == 0
    (tmp_path / "q.yaml").write_text("version: 1\nname: strict\nrules:\n  - rule: healthcheck\n")
    code, said = verify("--policy", str(tmp_path / "q.yaml"))
    assert code == 1 and "denied    strict: healthcheck" in said


def test_a_changed_statement_is_not_believed(pushing: Pushing, attest: Callable[..., int], verify: Verify) -> None:
    assert attest() == 0
    blobs = pushing.registry.blobs
    for name, data in list(blobs.items()):
        value = json.loads(data) if data.startswith(b"{") else {}
        envelope = value.get("dsseEnvelope", value)
        if "payload" in envelope:
            payload = base64.b64decode(envelope["payload"]).replace(b"10001", b"10002")
            envelope["payload"] = base64.b64encode(payload).decode()
            blobs[name] = oci.to_json(value)
            assert len(blobs[name]) == len(data)
    code, said = verify()
    assert code == 3 and "digest" in said  # the registry serves what its digest denies


def test_a_list_that_cannot_be_read_is_no_empty_list(
    pushing: Pushing, attest: Callable[..., int], verify: Verify
) -> None:
    assert attest() == 0

    def broken(request: Request) -> Reply | None:
        if "/referrers/" in request.path or "/manifests/sha256-" in request.path:
            return Reply(500)
        return None

    pushing.registry.rules.insert(0, broken)
    assert verify()[0] == 3


def test_attesting_again_changes_nothing(pushing: Pushing, attest: Callable[..., int], verify: Verify) -> None:
    assert attest() == 0
    before = dict(pushing.registry.manifests)
    assert attest() == 0
    assert pushing.registry.manifests == before
    assert verify()[0] == 0


def test_statements_of_others_stay(pushing: Pushing, attest: Callable[..., int], tmp_path: Path) -> None:
    assert attest() == 0
    assert attest("--key", str(key_pair(tmp_path, "second")[0])) == 0
    tag = AMD.digest.replace(":", "-") + ".att"
    layers = json.loads(pushing.registry.manifests[("team/app", tag)][1])["layers"]
    assert len(layers) == 4  # two kinds by two keys


def test_a_report_of_another_image_is_not_attached(
    pushing: Pushing, tmp_path: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str], reference: str
) -> None:
    layout = oci.build_layout(tmp_path / "other", [oci.tar({"x": "y"})])
    report = tmp_path / "other.json"
    main(["image", f"oci:{layout}", "--scanners", "secret", "-q", "-f", "json", "-o", str(report)])
    asked = ["attest", str(report), "--key", str(keys[0]), "--attach", reference, "--insecure", "--type", "report"]
    assert main(asked) == 2
    assert "the report is of another image" in capsys.readouterr().err
    assert not pushing.registry.asked("/blobs/uploads")


def test_statements_can_be_written_to_a_file(
    attest: Callable[..., int], tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    assert attest("-o", str(tmp_path / "bundle.jsonl")) == 0
    lines = (tmp_path / "bundle.jsonl").read_text().splitlines()
    payloads = [json.loads(base64.b64decode(json.loads(line)["payload"])) for line in lines]
    assert [one["predicateType"] for one in payloads] == ["urn:scantling:report:1", "https://cyclonedx.org/bom"]
    assert {subject["digest"]["sha256"] for one in payloads for subject in one["subject"]} >= {AMD.digest[7:]}


def test_without_a_key_there_is_no_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attest", str(tmp_path / "r.json")]) == 2
    assert "keyless" in capsys.readouterr().err
    assert main(["verify", "shop/api:1"]) == 2
    assert "no public key" in capsys.readouterr().err


def test_a_long_list_is_read_page_by_page(attest: Callable[..., int], verify: Verify, pushing: Pushing) -> None:
    pushing.page = 1
    assert attest() == 0
    assert verify("--type", "report,sbom")[0] == 0


def test_a_copy_in_a_layout_is_verified_there(
    pushing: Pushing, attest: Callable[..., int], keys: tuple[Path, Path], tmp_path: Path
) -> None:
    """What tools that copy referrers along leave: the artifact beside the image in index.json."""
    assert attest() == 0
    tag = ("team/app", AMD.digest.replace(":", "-") + ".att")
    kind, manifest = pushing.registry.manifests[tag]
    entry = {"mediaType": kind, "digest": digest(manifest), "size": len(manifest)}
    entries = [oci.tagged(AMD.descriptor, "1"), oci.tagged(entry, tag[1])]
    blobs = {**AMD.blobs, **pushing.registry.blobs, digest(manifest): manifest}
    layout = oci.write_layout(tmp_path / "copy", blobs, oci.index(entries))
    assert main(["verify", f"oci:{layout}:1", "--key", str(keys[1]), "--now", NOW]) == 0
    assert main(["verify", f"oci:{layout}:1", "--key", str(key_pair(tmp_path, "o")[1]), "--now", NOW]) == 1


def test_what_nobody_can_attach_to_is_told(tmp_path: Path, keys: tuple[Path, Path], registry_less: str) -> None:
    assert main(["verify", registry_less, "--key", str(keys[1])]) == 2


@pytest.fixture
def registry_less(tmp_path: Path) -> str:
    return f"docker-archive:{oci.build_docker_archive(tmp_path / 'a.tar', LAYERS)}"
