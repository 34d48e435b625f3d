"""Every transport, and the way from what the user named to an ``OpenImage``."""

from __future__ import annotations

from pathlib import Path

from scantling.model.errors import Unscannable

from .open_image import OpenImage, Reader
from .options import SourceOptions
from .target import Target, parse_target

__all__ = ["OpenImage", "Reader", "SourceOptions", "open_target"]


def open_target(target: str, options: SourceOptions) -> OpenImage:
    """Find and describe the image that ``target`` names, in the contract's spelling; no layer is read yet.

    A bare name is looked for in Docker's and Podman's stores when their sockets exist, then in its registry.
    Raises ``UsageError`` when the target or the platform is not well-formed, ``Unscannable`` for everything else.
    """
    from .platform import parse_wish

    parse_wish(options.platform)
    return _open(parse_target(target), target, options)


def _open(target: Target, text: str, options: SourceOptions) -> OpenImage:
    path = Path(target.value)
    match target.transport:
        case "oci":
            from . import oci

            return oci.open_layout(path, target.selector, options, text)
        case "oci-archive":
            from . import oci

            return oci.open_archive(path, target.selector, options, text)
        case "docker-archive":
            from . import docker_archive

            return docker_archive.open_archive(path, target.selector, options, text)
        case "dir":
            from . import rootfs

            return rootfs.open_directory(path, text)
        case "docker" | "podman":
            from . import daemon

            return daemon.open_daemon(target.transport, target.value, options, text)
        case "registry":
            return _from_registry(target.value, options)
        case "containerd":
            raise Unscannable(
                "containerd's store cannot be read directly",
                where=text,
                hint="export it: ctr images export FILE.tar NAME, then scan oci-archive:FILE.tar",
            )
        case "sbom":
            raise Unscannable("an SBOM document, not an image", where=text, hint="run: scantling sbom FILE")
        case _:
            return _by_name(target.value, text, options)


def _by_name(name: str, text: str, options: SourceOptions) -> OpenImage:
    from .daemon_http import NoSuchImage, endpoints
    from .reference import parse_reference

    reference = parse_reference(name)
    asked = False
    refused = ""
    for engine in ("docker", "podman"):
        if not any(not place.path or Path(place.path).exists() for place in endpoints(engine)):
            continue
        from . import daemon

        try:
            asked = True
            image: OpenImage = daemon.open_daemon(engine, name, options, text)
        except NoSuchImage:
            continue
        except Unscannable as error:  # a store that we may not look into must not stand in the way of the registry
            refused = refused or f"the {engine} engine was asked first: {error}"
            continue
        if any(gap.what == "other-platform" for gap in image.info.gaps):
            image.close()
            continue
        return image
    if options.offline:
        where = "no engine here has it" if asked else "no engine runs here"
        hint = f"{refused}\nscan a saved archive" if refused else "scan a saved archive"
        raise Unscannable(f"{where}, and --offline forbids asking the registry", where=str(reference), hint=hint)
    try:
        return _from_registry(name, options)
    except Unscannable as error:
        if not refused:
            raise
        hint = f"{error.hint}\n{refused}" if error.hint else refused
        raise Unscannable(error.what, where=error.where, hint=hint) from error


def _from_registry(name: str, options: SourceOptions) -> OpenImage:
    from .reference import parse_reference

    reference = parse_reference(name)
    if options.offline:
        raise Unscannable("--offline forbids asking a registry", where=str(reference), hint="scan a saved archive")
    from .registry import open_registry

    return open_registry(reference, options)
