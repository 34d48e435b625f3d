"""TLS contexts: the system's certificates, SSL_CERT_FILE or SSL_CERT_DIR in their place, ``--ca-cert`` beside them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

from scantling.model.errors import UsageError


def verified(ca_cert: str, environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that proves who the server is. Raises ``UsageError`` for a certificate file that cannot be used."""
    # not create_default_context: since 3.13 it rejects private authorities without key identifiers, 3.11 does not
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    file, directory = environ.get("SSL_CERT_FILE", ""), environ.get("SSL_CERT_DIR", "")
    if file:
        _load(context, file, "SSL_CERT_FILE")
    if directory and Path(directory).is_dir():
        context.load_verify_locations(capath=directory)
    if not file and not directory:
        _load_system(context)
    if ca_cert:
        _load(context, ca_cert, "--ca-cert")
    return context


def unverified() -> ssl.SSLContext:
    """A context that encrypts and proves nothing: for hosts that the user named together with ``--insecure``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _load_system(context: ssl.SSLContext) -> None:
    paths = ssl.get_default_verify_paths()
    context.load_default_certs()
    if not paths.cafile and not paths.capath and not context.cert_store_stats()["x509_ca"]:
        import certifi  # a system without certificates: slim containers, some macOS installations

        context.load_verify_locations(certifi.where())


def _load(context: ssl.SSLContext, path: str, setting: str) -> None:
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError as error:
        raise UsageError(f"{setting} is not a PEM file with certificates", where=path) from error
    except OSError as error:
        raise UsageError(f"{setting} cannot be read: {error.strerror}", where=path) from error
