"""DSSE envelopes (github.com/secure-systems-lab/dsse, protocol 1.0.2) around in-toto statements."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed

from .keys import has_signed, signature_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_SIGNATURES = 16  # of one envelope; a few keys sign one


@dataclass(frozen=True, slots=True)
class Envelope:
    """``payload`` is not to be believed before ``is_signed_by`` says so."""

    payload: bytes
    signatures: tuple[bytes, ...]

    def is_signed_by(self, key: EllipticCurvePublicKey) -> bool:
        """Whether any of the signatures is by ``key``. What an envelope says of its keys is not looked at."""
        data = encoded(self.payload)
        return any(has_signed(signature, data, key) for signature in self.signatures)


def sign(payload: bytes, key: EllipticCurvePrivateKey, id_: str = "") -> dict[str, Any]:
    """The envelope around ``payload``, an in-toto statement. ``id_`` is the key's name in it: readers pass over a name
    that they would not give it themselves, so that none is the safe one (cosign 2.5 does)."""
    return {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [
            {
                "keyid": id_,
                "sig": base64.b64encode(signature_of(encoded(payload), key)).decode(),
            }
        ],
    }


def parse(data: bytes, where: str) -> Envelope:
    """The envelope in ``data``: bare, or inside a sigstore bundle. Raises ``Malformed``."""
    value = loads(data, max_bytes=limits.ATTACHED_BYTES, where=where)
    if isinstance(value, dict) and isinstance(value.get("dsseEnvelope"), dict):
        value = value["dsseEnvelope"]
    try:
        signatures = value["signatures"]
        if value["payloadType"] != PAYLOAD_TYPE or not isinstance(signatures, list):
            raise Malformed("no envelope around an in-toto statement", where=where)
        if not 0 < len(signatures) <= _SIGNATURES:
            raise Malformed(f"an envelope with {len(signatures)} signatures; 1 to {_SIGNATURES} are read", where=where)
        return Envelope(
            base64.b64decode(value["payload"], validate=True),
            tuple(base64.b64decode(one["sig"], validate=True) for one in signatures),
        )
    except (KeyError, TypeError, binascii.Error, ValueError) as error:
        raise Malformed(f"not a DSSE envelope: {type(error).__name__}", where=where) from None


def to_json(envelope: dict[str, Any]) -> bytes:
    """The envelope as it is stored."""
    return json.dumps(envelope, separators=(",", ":")).encode()


def encoded(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: type and payload with their lengths, so that neither passes as the other."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
