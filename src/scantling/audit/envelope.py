"""Signs an auditor pack's manifest and verifies it: a DSSE envelope in exactly one form."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from scantling.attest import dsse, keys
from scantling.model.errors import Unscannable

_WHERE = "manifest.dsse.json"


def sign(payload: bytes, key_file: Path) -> bytes:
    """An envelope around ``payload``. Raises ``UsageError`` for a key that cannot be used."""
    key = keys.private_key(key_file)
    return _bytes(dsse.sign(payload, key, keys.key_id(key.public_key())))


def verify(envelope: bytes, payload: bytes, key_file: Path) -> str:
    """The id of the key that signed ``payload``. Raises ``Unscannable`` unless ``envelope`` is exactly what signing
    ``payload`` with the private half of the public key in ``key_file`` gives."""
    key = keys.public_key(key_file)
    signature = _signature(envelope)
    id_ = keys.key_id(key)
    value = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": dsse.PAYLOAD_TYPE,
        "signatures": [{"keyid": id_, "sig": base64.b64encode(signature).decode()}],
    }
    if envelope != _bytes(value):
        raise Unscannable("the signature is not of this manifest, or not by this key", where=_WHERE)
    if not keys.has_signed(signature, dsse.encoded(payload), key):
        raise Unscannable("the signature is wrong: the manifest was changed", where=_WHERE)
    return id_


def _bytes(value: object) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def _signature(envelope: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(envelope)["signatures"][0]["sig"], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise Unscannable("the signature cannot be read", where=_WHERE) from None
