"""VEX attached to an image is found in every form that tools leave it in, and counts as far as the user said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scantling.attest import dsse, statement
from scantling.attest.keys import key_id, private_key, public_key
from scantling.attest.publish import Signed, publish
from scantling.exceptions.vex.statement import Statement
from scantling.model.coverage import Gap
from scantling.pipeline.attached_vex import attached_vex
from scantling.pipeline.excuse import AttachedVex
from scantling.source.catalog import open_target
from scantling.source.options import SourceOptions
from scantling.source.reference import parse_reference
from scantling.source.registry import find_place, open_session
from support import oci
from support.crooked_registry import Reply, running
from support.keys import key_pair
from support.pushing import Pushing

IMAGE = oci.image([oci.tar({"srv/page": "hello"})])
OPENSSL = "pkg:deb/debian/openssl@3.0.9-1"
SOURCE = SourceOptions(insecure=True)
Found = tuple[tuple[Statement, ...], tuple[Gap, ...]]


def openvex(**more: Any) -> dict[str, Any]:
    """A document as the specification's examples have it."""
    said = {
        "vulnerability": {"name": "CVE-2023-1255"},
        "products": [{"@id": OPENSSL}],
        "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
    }
    document = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://shop.example/vex/1", "author": "Jane"}
    return {**document, "timestamp": "2026-11-20T00:00:00Z", "version": 1, "statements": [said | more]}


def stated(predicate: Any, digest: str = IMAGE.digest) -> bytes:
    return statement.make("team/app", [digest], "https://openvex.dev/ns/v0.2.0", predicate)


@pytest.fixture(params=[True, False], ids=["with the referrers API", "without it"])
def pushing(request: pytest.FixtureRequest) -> Iterator[Pushing]:
    with running() as server:
        rule = Pushing(server, has_api=request.param)
        server.rules.append(rule)
        server.blobs.update(IMAGE.blobs)
        server.add_manifest("team/app", "", IMAGE.manifest)
        server.add_manifest("team/app", "1", oci.index([IMAGE.descriptor]), oci.INDEX)
        yield rule


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path, "k")


@pytest.fixture
def sign(pushing: Pushing, keys: tuple[Path, Path]) -> Callable[..., None]:
    def attach(payload: bytes, key: Path = keys[0], kind: str = "https://openvex.dev/ns/v0.2.0") -> None:
        private = private_key(key)
        reference = parse_reference(f"{pushing.registry.host}/team/app:1")
        session = open_session(reference, SOURCE, actions="pull,push")
        try:
            place = find_place(session, reference, None)
            signed = Signed(
                dsse.sign(payload, private), kind, "2026-11-20T00:00:00Z", IMAGE.digest, key_id(private.public_key())
            )
            publish(session, place.image, signed)
        finally:
            session.client.close()

    return attach


def found(target: str, key: Path | None = None) -> Found:
    image = open_target(target, SOURCE)
    try:
        return attached_vex(image, AttachedVex(public_key(key) if key else None))
    finally:
        image.close()


def named(pushing: Pushing) -> str:
    return f"registry:{pushing.registry.host}/team/app:1"


def test_what_is_signed_is_followed(pushing: Pushing, sign: Callable[..., None], keys: tuple[Path, Path]) -> None:
    sign(stated(openvex()))
    for key, trust in ((None, "signature not verified"), (keys[1], "signed")):
        (said,), gaps = found(named(pushing), key)
        assert (said.vulnerability, said.status, said.products, said.author) == (
            "CVE-2023-1255", "not_affected", (OPENSSL,), "Jane",
        )  # fmt: skip
        assert said.source.startswith(f"attached to the image, {trust}, sha256:") and gaps == ()


def test_with_a_key_nothing_else_counts(pushing: Pushing, sign: Callable[..., None], tmp_path: Path) -> None:
    sign(stated(openvex()))
    said, (gap,) = found(named(pushing), key_pair(tmp_path, "other")[1])
    assert said == () and "not signed with the key (--vex-key)" in gap.reason and not gap.blocks


def test_what_is_about_another_image_does_not_count(pushing: Pushing, sign: Callable[..., None]) -> None:
    sign(stated(openvex(), "sha256:" + "0" * 64))
    said, (gap,) = found(named(pushing))
    assert said == () and "about another image" in gap.reason


def test_nothing_attached_says_nothing(pushing: Pushing) -> None:
    assert found(named(pushing)) == ((), ())


def test_a_list_that_cannot_be_read_is_said(pushing: Pushing) -> None:
    def refuses(request: Any) -> Reply | None:
        return Reply(500) if "referrers" in request.path or "sha256-" in request.path else None

    pushing.registry.rules.insert(0, refuses)
    said, (gap,) = found(named(pushing))
    assert said == () and gap.what == "vex-not-read" and "500" in gap.reason and not gap.blocks


@pytest.mark.parametrize(
    ("predicate", "why"),
    [
        ([], "not an OpenVEX document"),
        ({"statements": {}}, "without statements"),
        (openvex(status="fine"), "a statement of status 'fine'"),
        (openvex(vulnerability={}), "without a vulnerability"),
        (openvex(vulnerability={"name": "CVE-1", "aliases": 7}), "not an OpenVEX document: TypeError"),
        (openvex(products=7), "not an OpenVEX document: TypeError"),
    ],
)
def test_a_broken_document_is_a_gap_and_no_end(
    predicate: Any, why: str, pushing: Pushing, sign: Callable[..., None]
) -> None:
    sign(stated(predicate))
    said, (gap,) = found(named(pushing))
    assert said == () and why in gap.reason


def test_a_statement_without_a_signature_is_read_where_no_key_is_asked_for(
    tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    """As BuildKit and Docker Scout store it: a manifest of statements beside the image in its index."""
    payload, empty = stated(openvex()), b"{}"
    layer = oci.describe(payload, "application/vnd.in-toto+json")
    layer["annotations"] = {"in-toto.io/predicate-type": "https://openvex.dev/ns/v0.2.0"}
    manifest = oci.to_json(
        {"schemaVersion": 2, "mediaType": oci.MANIFEST, "layers": [layer],
         "config": oci.describe(empty, "application/vnd.oci.image.config.v1+json")}
    )  # fmt: skip
    entry = oci.describe(manifest, oci.MANIFEST) | {"platform": {"os": "unknown", "architecture": "unknown"}}
    entry["annotations"] = {
        "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": IMAGE.digest,
    }  # fmt: skip
    blobs = {**IMAGE.blobs, IMAGE.digest: IMAGE.manifest}
    blobs |= {oci.sha256(data): data for data in (payload, empty, manifest)}
    layout = oci.write_layout(tmp_path / "layout", blobs, oci.index([IMAGE.descriptor, entry]))
    (said,), gaps = found(f"oci:{layout}")
    assert said.vulnerability == "CVE-2023-1255" and gaps == ()
    assert found(f"oci:{layout}", keys[1]) == ((), ())


def test_an_archive_of_docker_has_nothing_attached(tmp_path: Path) -> None:
    archive = oci.build_docker_archive(tmp_path / "image.tar", [oci.tar({"srv/page": "hello"})])
    said, (gap,) = found(f"docker-archive:{archive}")
    assert said == () and "nothing can be attached" in gap.reason


def test_another_kind_of_statement_is_passed_over(pushing: Pushing, sign: Callable[..., None]) -> None:
    sign(json.dumps({**json.loads(stated(openvex())), "predicateType": "https://spdx.dev/Document"}).encode())
    assert found(named(pushing)) == ((), ())
