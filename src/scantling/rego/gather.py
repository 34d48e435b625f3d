"""Puts the files of a bundle together, wherever they come from: a file, a directory, an archive, a registry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from scantling.guard import limits
from scantling.model.errors import UsageError

from . import data, manifest
from .bundle import Bundle, Module

MODULE = ".rego"
_DATA_NAMES = frozenset({"data.json", "data.yaml", "data.yml"})  # the only data in bundles, by OPA's format


@dataclass(frozen=True, slots=True)
class File:
    """``path`` is its parts from the bundle's top, ``where`` what messages call it."""

    path: tuple[str, ...]
    where: str
    content: bytes


def is_wanted(path: tuple[str, ...]) -> bool:
    """Whether a bundle's file of this path may be part of it: modules, data and the manifest, nothing hidden."""
    if path == (manifest.NAME,):
        return True
    return not any(part.startswith(".") for part in path) and path[-1].endswith((MODULE, *data.SUFFIXES))


def gather(files: Iterable[File], name: str, where: str, *, is_bundle: bool = False) -> Bundle:
    """The bundle of ``files``. ``is_bundle`` says that data has OPA's file names, as where there is a manifest; else
    every JSON and YAML file is data. Raises ``UsageError`` for what is too large, unreadable or contradictory."""
    files = sorted(files, key=lambda file: file.path)
    if len(files) > limits.REGO_FILES:
        raise UsageError(f"more than {limits.REGO_FILES} files", where=where)
    found = next((file for file in files if file.path == (manifest.NAME,)), None)
    claims = manifest.parse(found.content, found.where) if found is not None else manifest.Manifest()
    modules = []
    tree: dict[str, Any] = {}
    total = 0
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{len(file.content)} {'/'.join(file.path)}\n".encode() + file.content)
        base = file.path[-1]
        if base.endswith(MODULE):
            modules.append(Module(file.where, _text(file), claims.version_of("/".join(file.path))))
        elif file.path != (manifest.NAME,) and (base in _DATA_NAMES or not (is_bundle or found is not None)):
            total += len(file.content)
            if total > limits.REGO_DATA_BYTES:
                raise UsageError(
                    f"more than {limits.REGO_DATA_BYTES} bytes of data beside the policy", where=file.where
                )
            value = data.parse(file.content, base, file.where)
            data.put(tree, file.path[:-1], value, file.where, claims.roots)
    if not modules:
        raise UsageError("no policy in Rego: no .rego file", where=where)
    return Bundle(name, where, tuple(modules), msgspec.json.encode(tree), claims.roots, digest.hexdigest())


def _text(file: File) -> str:
    if len(file.content) > limits.REGO_FILE_BYTES:
        raise UsageError(f"the policy is more than {limits.REGO_FILE_BYTES} bytes", where=file.where)
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("the policy is not UTF-8", where=file.where) from None
