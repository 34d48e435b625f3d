"""Keys on P-256 in PEM files, as openssl and cosign write them. Needs the extra ``scantling[sign]``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

HINT = "make one: openssl ecparam -name prime256v1 -genkey -noout -out key.pem; openssl ec -in key.pem -pubout"
_SEALED = (b"BEGIN ENCRYPTED SIGSTORE PRIVATE KEY", b"BEGIN ENCRYPTED COSIGN PRIVATE KEY")


def private_key(path: Path) -> EllipticCurvePrivateKey:
    """The P-256 private key in a PEM file without a password. Raises ``UsageError``."""
    _, ec, serialization = crypto()
    data = _pem(path)
    if any(mark in data for mark in _SEALED):
        raise UsageError(
            "cosign's encrypted private keys are not read",
            where=str(path),
            hint=f"sign with a key of openssl's; cosign verifies with its public half. {HINT}",
        )
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise UsageError(f"not a private key in PEM, without a password: {error}", where=str(path), hint=HINT) from None
    _on_p256(key, ec.EllipticCurvePrivateKey, str(path))
    return key  # type: ignore[no-any-return]


def public_key(path: Path) -> EllipticCurvePublicKey:
    """The P-256 public key in a PEM file. Raises ``UsageError``."""
    return public_key_in(_pem(path), str(path))


def public_key_in(pem: bytes, where: str) -> EllipticCurvePublicKey:
    """The P-256 public key in the text of a PEM file, called ``where`` in messages. Raises ``UsageError``."""
    _, ec, serialization = crypto()
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError) as error:
        raise UsageError(f"not a public key in PEM: {error}", where=where, hint=HINT) from None
    _on_p256(key, ec.EllipticCurvePublicKey, where)
    return key  # type: ignore[no-any-return]


def key_id(key: EllipticCurvePublicKey) -> str:
    """SHA-256 (hex) of the key's SubjectPublicKeyInfo."""
    _, _, serialization = crypto()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def signature_of(data: bytes, key: EllipticCurvePrivateKey) -> bytes:
    """ECDSA with SHA-256, DER. RFC 6979: no randomness, so that the same statement has the same bytes."""
    hashes, ec, _ = crypto()
    return key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def has_signed(signature: bytes, data: bytes, key: EllipticCurvePublicKey) -> bool:
    """Whether ``signature`` of ``data`` is by the private half of ``key``."""
    from cryptography.exceptions import InvalidSignature

    hashes, ec, _ = crypto()
    try:
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def crypto() -> tuple[Any, Any, Any]:
    """The modules ``hashes``, ``ec`` and ``serialization`` of cryptography. Raises ``UsageError`` without it."""
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise UsageError(
            "signing needs the cryptography package", where="--key", hint="pip install 'scantling[sign]'"
        ) from None
    return hashes, ec, serialization


def _pem(path: Path) -> bytes:
    data = read_bounded(path, limits.SIGNING_KEY_BYTES, "cannot read the key")
    if len(data) > limits.SIGNING_KEY_BYTES:
        raise UsageError(f"the key is larger than {limits.SIGNING_KEY_BYTES} bytes", where=str(path))
    return data


def _on_p256(key: Any, kind: type, where: str) -> None:
    if not isinstance(key, kind) or getattr(key, "curve", None) is None or key.curve.name != "secp256r1":  # type: ignore[attr-defined]
        raise UsageError("the key is not on the curve P-256", where=where, hint=HINT)
