"""The image configuration (OCI image-spec v1.1 config.md, with docker's Healthcheck), read strictly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed, Unscannable
from scantling.model.image import History, ImageConfig

from . import json_shape as shape
from .platform import Platform, parse_entry
from .reference import is_digest


@dataclass(frozen=True, slots=True)
class Configuration:
    """``diff_ids`` are the digests of the uncompressed layers, lowest first."""

    config: ImageConfig
    diff_ids: tuple[str, ...]
    platform: Platform | None


def parse_config(data: bytes, where: str) -> Configuration:
    """The configuration in ``data``. Raises ``Unscannable``."""
    try:
        document = strict_json.loads(data, max_bytes=limits.CONFIG_BYTES, where=where)
        if not isinstance(document, dict) or not isinstance(document.get("rootfs"), dict):
            raise Malformed("it has no rootfs")
        return Configuration(
            config=_image_config(document),
            diff_ids=parse_diff_ids(document["rootfs"].get("diff_ids"), "rootfs.diff_ids"),
            platform=parse_entry(document, "platform"),
        )
    except Malformed as error:
        raise Unscannable(f"not a valid image configuration: {error.what}", where=where) from None


def parse_diff_ids(value: object, where: str) -> tuple[str, ...]:
    """A list of digests. Raises ``Malformed``."""
    diff_ids = shape.texts(value, where)
    if len(diff_ids) > limits.LAYERS:
        raise Malformed(f"{len(diff_ids)} layers; at most {limits.LAYERS} are read")
    for number, diff_id in enumerate(diff_ids):
        if not is_digest(diff_id):
            raise Malformed(f"{where}[{number}] is not sha256: or sha512: and lower-case hex")
    return diff_ids


def parse_inner(value: object, created: str = "", history: tuple[History, ...] = ()) -> ImageConfig:
    """The ``config`` object, which docker's daemon also gives by itself. Raises ``Malformed``."""
    inner = shape.mapping(value, "config")
    return ImageConfig(
        user=shape.text(inner.get("User"), "config.User"),
        entrypoint=_command(inner.get("Entrypoint"), "config.Entrypoint"),
        cmd=_command(inner.get("Cmd"), "config.Cmd"),
        env=shape.texts(inner.get("Env"), "config.Env"),
        exposed_ports=tuple(sorted(shape.mapping(inner.get("ExposedPorts"), "config.ExposedPorts"))),
        healthcheck=_healthcheck(inner.get("Healthcheck")),
        labels=shape.pairs(inner.get("Labels"), "config.Labels"),
        created=created,
        history=history,
    )


def instructions(history: Sequence[History], layers: int, where: str) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """The history instruction of each of ``layers`` layers; a gap when the history cannot be laid beside them."""
    made = [entry.created_by for entry in history if not entry.empty_layer]
    if not made or len(made) == layers:
        return tuple(made or [""] * layers), ()
    reason = f"the history names {len(made)} layers where there are {layers}: not known which instruction made which"
    return ("",) * layers, (Gap("provenance", where, reason, blocks=False),)


def _image_config(document: dict[str, Any]) -> ImageConfig:
    history = tuple(
        _history(entry, number) for number, entry in enumerate(shape.items(document.get("history"), "history"))
    )
    return parse_inner(document.get("config"), shape.text(document.get("created"), "created"), history)


def _history(value: object, number: int) -> History:
    where = f"history[{number}]"
    entry = shape.mapping(value, where)
    return History(
        created_by=shape.text(entry.get("created_by"), f"{where}.created_by"),
        created=shape.text(entry.get("created"), f"{where}.created"),
        comment=shape.text(entry.get("comment"), f"{where}.comment"),
        empty_layer=shape.flag(entry.get("empty_layer"), f"{where}.empty_layer"),
    )


def _command(value: object, where: str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else shape.texts(value, where)


def _healthcheck(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    return shape.texts(shape.mapping(value, "config.Healthcheck").get("Test"), "config.Healthcheck.Test") or None
