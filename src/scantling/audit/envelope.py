"""Signs a statement and verifies it: a DSSE envelope (github.com/secure-systems-lab/dsse, protocol 1.0.2) with ECDSA
on P-256 and SHA-256."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import Unscannable, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_KEY_HINT = "make one: openssl ecparam -name prime256v1 -genkey -noout -out key.pem; openssl ec -in key.pem -pubout"


def sign(payload: bytes, key_file: Path) -> bytes:
    """An envelope around ``payload``. Raises ``UsageError`` for a key that cannot be used."""
    hashes, ec, serialization = _crypto()
    try:
        key = serialization.load_pem_private_key(_pem(key_file), password=None)
    except (ValueError, TypeError) as error:
        raise UsageError(f"not a private key in PEM, without a password: {error}", where=str(key_file),
                         hint=_KEY_HINT) from None  # fmt: skip
    _on_p256(key, ec.EllipticCurvePrivateKey, key_file)
    # RFC 6979: no randomness, so the same pack has the same bytes
    private: EllipticCurvePrivateKey = key
    signature = private.sign(_encoded(payload), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return _envelope(payload, key_id(private.public_key()), signature)


def verify(envelope: bytes, payload: bytes, key_file: Path) -> str:
    """The id of the key that signed ``payload``. Raises ``Unscannable`` unless ``envelope`` is exactly what signing
    ``payload`` with the private half of the public key in ``key_file`` gives."""
    key = public_key(key_file)
    signature = _signature(envelope)
    id_ = key_id(key)
    if envelope != _envelope(payload, id_, signature):
        raise Unscannable("the signature is not of this manifest, or not by this key", where="manifest.dsse.json")
    from cryptography.exceptions import InvalidSignature

    hashes, ec, _ = _crypto()
    try:
        key.verify(signature, _encoded(payload), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Unscannable("the signature is wrong: the manifest was changed", where="manifest.dsse.json") from None
    return id_


def public_key(path: Path) -> EllipticCurvePublicKey:
    """The P-256 public key in a PEM file. Raises ``UsageError``."""
    _, ec, serialization = _crypto()
    try:
        key = serialization.load_pem_public_key(_pem(path))
    except (ValueError, TypeError) as error:
        raise UsageError(f"not a public key in PEM: {error}", where=str(path), hint=_KEY_HINT) from None
    _on_p256(key, ec.EllipticCurvePublicKey, path)
    return key  # type: ignore[no-any-return]


def key_id(key: EllipticCurvePublicKey) -> str:
    """SHA-256 (hex) of the key's SubjectPublicKeyInfo."""
    _, _, serialization = _crypto()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def _encoded(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: type and payload with their lengths, so that neither passes as the other."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def _envelope(payload: bytes, id_: str, signature: bytes) -> bytes:
    value = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": id_, "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(value, indent=2).encode() + b"\n"


def _signature(envelope: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(envelope)["signatures"][0]["sig"], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise Unscannable("the signature cannot be read", where="manifest.dsse.json") from None


def _pem(path: Path) -> bytes:
    data = read_bounded(path, limits.SIGNING_KEY_BYTES, "cannot read the key")
    if len(data) > limits.SIGNING_KEY_BYTES:
        raise UsageError(f"the key is larger than {limits.SIGNING_KEY_BYTES} bytes", where=str(path))
    return data


def _on_p256(key: Any, kind: type, path: Path) -> None:
    if not isinstance(key, kind) or getattr(key, "curve", None) is None or key.curve.name != "secp256r1":  # type: ignore[attr-defined]
        raise UsageError("the key is not on the curve P-256", where=str(path), hint=_KEY_HINT)


def _crypto() -> tuple[Any, Any, Any]:
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise UsageError(
            "signing needs the cryptography package", where="--key", hint="pip install 'scantling[sign]'"
        ) from None
    return hashes, ec, serialization
