"""Images from a registry (OCI distribution-spec 1.1, docker's v2 API): thin, read-only, verified.

A tag is resolved once; everything after that is asked for by digest. Layers are streamed and never stored: their
digests are checked by ``layers.blob`` while they are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError
from scantling.model.image import ImageInfo, LayerRef
from scantling.net.client import Client, NetOptions, Timing
from scantling.net.url import netloc

from .auth import Authorizer
from .credentials import Credential, Keyring
from .describe import describe
from .manifest import Descriptor, Index, Manifest, parse
from .open_image import OpenImage, Reader
from .options import SourceOptions
from .provenance import materials
from .reference import DEFAULT_REGISTRY, ImageReference
from .registry_fetch import FetchedManifest, fetch_blob, fetch_manifest
from .registry_layers import BlobReader
from .registry_session import Session, find_base
from .resolve import Resolved, resolve
from .shelf import RegistryShelf, digests_of

_HUB_HOST = "registry-1.docker.io"  # where docker.io really answers


class RegistryImage:
    """An ``OpenImage``. In a forked child ``open_layer`` makes connections of its own, with the tokens at hand."""

    sequential = False
    root: Path | None = None

    def __init__(self, info: ImageInfo, session: Session, top: str = "", entries: tuple[Descriptor, ...] = ()) -> None:
        """``top`` is the digest that the name stands for: of the image or of an index, whose ``entries`` these are."""
        self.info = info
        self._session = session
        self._top = top or info.image_digest
        self._entries = entries

    def shelf(self) -> RegistryShelf:
        """What is attached to the image."""
        return RegistryShelf(self._session, digests_of(self.info.image_digest, self._top), self._entries)

    def open_layer(self, layer: LayerRef) -> AbstractContextManager[Reader]:
        subject = f"layer {layer.index + 1}/{len(self.info.layers)}"
        return BlobReader(self._session, layer.digest, layer.size, subject)

    def stream_layers(self) -> Iterator[tuple[str, Reader]]:
        for layer in self.info.layers:
            with self.open_layer(layer) as blob:
                yield layer.digest, blob

    def close(self) -> None:
        self._session.client.close()


def open_registry(
    reference: ImageReference,
    options: SourceOptions,
    *,
    net: NetOptions | None = None,
    environ: Mapping[str, str] | None = None,
    timing: Timing = Timing(),  # noqa: B008 - frozen
) -> OpenImage:
    """The image that ``reference`` names, for ``options.platform``.

    ``net`` replaces what ``options`` says of the network (a server's own rules). Raises ``UsageError`` (offline, a
    broken credentials file) and ``Unscannable`` (not found, refused, not an image, not a registry).
    """
    environ = os.environ if environ is None else environ
    host, port = _host(reference)
    client = Client(_rules(net, options, host, port), environ=environ, timing=timing)
    try:
        return _open(client, reference, options, Keyring(environ, _explicit(options)))
    except BaseException:
        client.close()
        raise


def open_session(
    reference: ImageReference,
    options: SourceOptions,
    *,
    net: NetOptions | None = None,
    environ: Mapping[str, str] | None = None,
    actions: str = "pull",
) -> Session:
    """A session with the repository of ``reference``, for what is no image there, or to push (``actions``
    "pull,push"); its ``client`` is the caller's to close. Raises as ``open_registry`` does."""
    environ = os.environ if environ is None else environ
    client = Client(_rules(net, options, *_host(reference)), environ=environ)
    try:
        return _session(client, reference, options, Keyring(environ, _explicit(options)), actions)
    except BaseException:
        client.close()
        raise


def _session(
    client: Client, reference: ImageReference, options: SourceOptions, keyring: Keyring, actions: str = "pull"
) -> Session:
    host, port = _host(reference)
    if client.options.offline:
        raise UsageError(
            "a registry cannot be asked when --offline is given",
            where=str(reference),
            hint="leave out --offline, or name a local copy (oci:, docker-archive: ...)",
        )
    base = find_base(client, host, port)
    auth = Authorizer(
        client,
        base,
        host=reference.registry,
        repository=reference.repository,
        keyring=keyring,
        bearer=options.registry_token or None,
        actions=actions,
    )
    return Session(client, base, reference.repository, auth)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image lies in its registry: the manifest for one platform, and the ``top`` that the name stands for,
    the same or an index. ``others`` are the platforms of the index that this is not."""

    image: Descriptor
    top: Descriptor
    config_digest: str
    others: tuple[str, ...] = ()


def find_place(session: Session, reference: ImageReference, platform: str) -> Place:
    """The place of ``reference`` for ``platform``. Raises ``Unscannable``."""
    top, document, resolved = _resolved(session, reference, platform)
    named = Descriptor(top.media_type, top.digest, len(top.body))
    if not isinstance(document, Index):
        return Place(named, named, resolved.manifest.config.digest)
    fetched = fetch_manifest(session, resolved.digest, str(reference))
    others = {
        str(entry.platform)
        for entry in document.manifests
        if entry.platform is not None and not entry.platform.is_unknown and entry.digest != resolved.digest
    }
    image = Descriptor(fetched.media_type, fetched.digest, len(fetched.body))
    return Place(image, named, resolved.manifest.config.digest, tuple(sorted(others)))


def _resolved(
    session: Session, reference: ImageReference, platform: str
) -> tuple[FetchedManifest, Index | Manifest, Resolved]:
    where = str(reference)
    top = fetch_manifest(session, reference.digest or reference.tag, where)
    document = parse(top.body, declared=top.media_type, where=where)
    return (
        top,
        document,
        resolve(document, top.digest, lambda entry: _fetch_entry(session, entry, where), platform, where),
    )


def _open(client: Client, reference: ImageReference, options: SourceOptions, keyring: Keyring) -> RegistryImage:
    session = _session(client, reference, options, keyring)
    where = str(reference)
    top, document, resolved = _resolved(session, reference, options.platform)
    wanted = resolved.manifest.config
    config = fetch_blob(session, wanted.digest, wanted.size, limits.CONFIG_BYTES, "the image's configuration")
    info = describe(
        resolved, config, reference=where, kind="registry", repository=reference.name, wish=options.platform
    )
    used, gaps = materials(
        resolved.attestation,
        resolved.digest,
        lambda entry: fetch_manifest(session, entry.digest, f"{where} ({entry.digest})").body,
        lambda entry: fetch_blob(session, entry.digest, entry.size, limits.CONFIG_BYTES, "the build's provenance"),
    )
    info = replace(info, materials=used, gaps=(*info.gaps, *gaps))
    return RegistryImage(info, session, top.digest, document.manifests if isinstance(document, Index) else ())


def _fetch_entry(session: Session, entry: Descriptor, where: str) -> bytes:
    """A manifest that an index names: digest, size and type as the index declares them."""
    fetched = fetch_manifest(session, entry.digest, f"{where} ({entry.digest})")
    if len(fetched.body) != entry.size:
        raise Unscannable(
            f"a manifest of {len(fetched.body)} bytes where the index declares {entry.size}", where=entry.digest
        )
    parse(fetched.body, declared=fetched.media_type, where=where)  # the Content-Type has to agree as well
    return fetched.body


def _rules(net: NetOptions | None, options: SourceOptions, host: str, port: int | None) -> NetOptions:
    rules = net or NetOptions(
        ca_cert=options.ca_cert,
        insecure=options.insecure,
        offline=options.offline,
        read_timeout_s=options.timeout_s,
    )
    if not rules.trust_target:
        return rules
    named = {netloc(host, port)} if port is not None else {netloc(host, 443), netloc(host, 80)}
    return rules.naming(named)


def _host(reference: ImageReference) -> tuple[str, int | None]:
    if reference.registry == DEFAULT_REGISTRY:
        return _HUB_HOST, None
    try:
        parts = urlsplit(f"//{reference.registry}")
        return parts.hostname or "", parts.port
    except ValueError:
        raise UsageError("the registry's host or port is not valid", where=str(reference)) from None


def _explicit(options: SourceOptions) -> Credential | None:
    if not options.username and not options.password:
        return None
    return Credential(options.username, options.password)
