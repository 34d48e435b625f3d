"""Envelopes and statements by their specifications; openssl is the oracle of signatures."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scantling.attest import dsse, statement
from scantling.attest.keys import key_id, private_key, public_key
from scantling.attest.predicates import TYPES, moment_of, word_of
from scantling.model.errors import Malformed, UsageError
from scantling.report.predicate import PREDICATES
from support.keys import key_pair
from support.sample_report import report, rich_report

DIGEST = "sha256:" + "a" * 64
PAYLOAD = statement.make("shop/api", [DIGEST], TYPES["vuln"], {"n": 1})


def test_a_signature_is_one_that_openssl_verifies(tmp_path: Path) -> None:
    """DSSE protocol 1.0.2: the signature is over "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body."""
    private, public = key_pair(tmp_path, "k")
    envelope = dsse.sign(PAYLOAD, private_key(private))
    assert base64.b64decode(envelope["payload"]) == PAYLOAD
    type_ = b"application/vnd.in-toto+json"
    signed = b" ".join([b"DSSEv1", str(len(type_)).encode(), type_, str(len(PAYLOAD)).encode(), PAYLOAD])
    (tmp_path / "data").write_bytes(signed)
    (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    command = ["openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(tmp_path / "sig")]
    said = subprocess.run([*command, str(tmp_path / "data")], capture_output=True, text=True, check=False)
    assert said.stdout.strip() == "Verified OK"


def test_what_openssl_signed_is_believed(tmp_path: Path) -> None:
    private, public = key_pair(tmp_path, "k")
    (tmp_path / "data").write_bytes(dsse.encoded(PAYLOAD))
    command = ["openssl", "dgst", "-sha256", "-sign", str(private), str(tmp_path / "data")]
    signature = subprocess.run(command, capture_output=True, check=True).stdout
    assert dsse.Envelope(PAYLOAD, (signature,)).is_signed_by(public_key(public))


def test_another_key_a_changed_payload_and_a_changed_signature_are_not_believed(tmp_path: Path) -> None:
    private, public = key_pair(tmp_path, "k")
    _, other = key_pair(tmp_path, "o")
    envelope = dsse.parse(dsse.to_json(dsse.sign(PAYLOAD, private_key(private))), "x")
    assert envelope.is_signed_by(public_key(public))
    assert not envelope.is_signed_by(public_key(other))
    assert not replace(envelope, payload=PAYLOAD + b" ").is_signed_by(public_key(public))
    broken = bytearray(envelope.signatures[0])
    broken[-1] ^= 1
    assert not replace(envelope, signatures=(bytes(broken),)).is_signed_by(public_key(public))
    assert not replace(envelope, signatures=()).is_signed_by(public_key(public))


def test_the_same_statement_is_signed_with_the_same_bytes(tmp_path: Path) -> None:
    key = private_key(key_pair(tmp_path, "k")[0])
    assert dsse.sign(PAYLOAD, key) == dsse.sign(PAYLOAD, key)
    assert key_id(key.public_key()) == key_id(public_key(tmp_path / "k.pub"))


@pytest.mark.parametrize(
    "value",
    [
        {}, [], "x", {"payloadType": "text/plain", "payload": "", "signatures": [{"sig": ""}]},
        {"payloadType": dsse.PAYLOAD_TYPE, "payload": "!", "signatures": [{"sig": ""}]},
        {"payloadType": dsse.PAYLOAD_TYPE, "payload": "", "signatures": []},
        {"payloadType": dsse.PAYLOAD_TYPE, "payload": "", "signatures": [{"sig": ""}] * 17},
        {"payloadType": dsse.PAYLOAD_TYPE, "payload": "", "signatures": [3]},
        {"payloadType": dsse.PAYLOAD_TYPE, "payload": 3, "signatures": [{"sig": ""}]},
        {"dsseEnvelope": {}},
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        dsse.parse(json.dumps(value).encode(), "x")


@pytest.mark.parametrize(
    "value",
    [{}, [], {"_type": "x"}, {"_type": statement.TYPE, "predicateType": "p", "subject": [3], "predicate": {}}],
)
def test_what_is_no_statement_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        statement.parse(json.dumps(value).encode(), "x")


def test_a_statement_has_the_fields_of_in_toto() -> None:
    """in-toto attestation framework, spec/v1/statement.md."""
    assert json.loads(PAYLOAD) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "shop/api", "digest": {"sha256": "a" * 64}}],
        "predicateType": "https://in-toto.io/attestation/vulns/v0.2",
        "predicate": {"n": 1},
    }
    assert statement.parse(PAYLOAD, "x").subjects == {DIGEST}


def test_vulns_has_the_fields_of_its_predicate() -> None:
    """in-toto attestation framework, spec/predicates/vuln.md, v0.2: every required field, and no other."""
    said = PREDICATES["vuln"](rich_report())
    assert set(said) == {"scanner", "metadata"}
    assert set(said["scanner"]) == {"uri", "version", "db", "result"}
    assert set(said["scanner"]["db"]) == {"uri", "version", "lastUpdate"}
    assert set(said["metadata"]) == {"scanStartedOn", "scanFinishedOn"}
    assert {one.id for one in rich_report().findings if one.is_advised} == {
        one["id"] for one in said["scanner"]["result"]
    }
    for one in said["scanner"]["result"]:
        assert set(one) == {"id", "severity", "annotations"}
        assert all(set(each) == {"method", "score"} for each in one["severity"])


def test_cosigns_vuln_has_its_fields() -> None:
    """cosign specs/COSIGN_VULN_ATTESTATION_SPEC.md."""
    said = PREDICATES["vuln-v1"](rich_report())
    assert set(said) == {"invocation", "scanner", "metadata"}
    assert set(said["invocation"]) == {"parameters", "uri", "event_id", "builder.id"}
    assert {"uri", "version", "db", "result"} == set(said["scanner"])
    assert said["scanner"]["result"]["SchemaVersion"] == 2  # Trivy's, as the specification's own example has it


@pytest.mark.parametrize("word", ["vuln", "vuln-v1"])
def test_nothing_is_said_of_vulnerabilities_that_nobody_looked_for(word: str) -> None:
    with pytest.raises(UsageError, match="without a database"):
        PREDICATES[word](report(database=False))


@pytest.mark.parametrize("word", sorted(PREDICATES))
def test_every_kind_says_when_it_was_so(word: str) -> None:
    made = rich_report()
    moment = moment_of(word, PREDICATES[word](made))
    assert moment is not None and moment.isoformat().replace("+00:00", "Z") == made.created_at


@pytest.mark.parametrize(
    ("type_", "word"),
    [
        ("https://spdx.dev/Document/v2.3", "spdx"), ("https://cyclonedx.org/bom/v1.6", "sbom"),
        ("https://cyclonedx.org/bombast", ""), ("https://in-toto.io/attestation/vulns/v0.2", "vuln"),
        ("https://in-toto.io/attestation/vulns/v0.2/x", ""), ("", ""),
    ],
)  # fmt: skip
def test_kinds_are_told_by_their_type(type_: str, word: str) -> None:
    assert word_of(type_) == word


def test_a_key_that_does_not_do_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    private, public = key_pair(tmp_path, "big", ec.SECP384R1())
    for read, path in ((private_key, private), (public_key, public)):
        with pytest.raises(UsageError, match="not on the curve P-256"):
            read(path)
    (tmp_path / "cosign.key").write_text("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n")
    with pytest.raises(UsageError, match="cosign's encrypted private keys are not read"):
        private_key(tmp_path / "cosign.key")
    with pytest.raises(UsageError, match="not a public key"):
        public_key(tmp_path / "cosign.key")
    with pytest.raises(UsageError, match="cannot read the key"):
        public_key(tmp_path / "absent")
