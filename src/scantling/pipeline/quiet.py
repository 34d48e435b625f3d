"""What a report repeats of an image's configuration, without the secrets that stand in it.

Most configurations hold none. That is remembered beside what layers hold, so that a scan of an unchanged image loads no
rules for secrets: what is kept is that the texts of some digest hold none, never a text or a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from scantling.check.config_texts import texts_of
from scantling.model.image import ImageInfo
from scantling.secret.named import quieted, secrets_in
from scantling.secret.ruleset import digest
from scantling.secret.settings import SecretSettings
from scantling.store.cache import LayerCache

_VERSION = "1"  # raised when ``secret.named`` finds something else than before
_NONE = b"no secrets"


def holds_secrets(info: ImageInfo, settings: SecretSettings, cache: LayerCache | None) -> bool:
    """Whether the configuration or the history of ``info`` holds a secret. ``cache`` remembers those that do not."""
    texts = tuple(_texts(info))
    key = blake2b("\0".join(f"{len(text)}:{text}" for text in texts).encode("utf-8", "surrogatepass")).hexdigest()
    if cache is not None:
        cache = replace(cache, fingerprint=f"config-secrets={_VERSION}-{digest(settings)}")
        if cache.get(key) == _NONE:
            return False
    if any(secrets_in(text, settings) for text in texts):
        return True
    if cache is not None:
        cache.put(key, _NONE)
    return False


def _texts(info: ImageInfo) -> Iterator[str]:
    yield from (text for _, _, text in texts_of(info))
    yield from (layer.created_by for layer in info.layers)


def without_secrets(info: ImageInfo, settings: SecretSettings) -> ImageInfo:
    """``info`` with instructions, labels and commands quieted."""

    def quiet(text: str) -> str:
        return quieted(text, settings)

    config = info.config
    history = tuple(
        replace(step, created_by=quiet(step.created_by), comment=quiet(step.comment)) for step in config.history
    )
    config = replace(
        config,
        entrypoint=tuple(map(quiet, config.entrypoint)),
        cmd=tuple(map(quiet, config.cmd)),
        labels=tuple((name, _label(name, value, settings)) for name, value in config.labels),
        history=history,
    )
    layers = tuple(replace(layer, created_by=quiet(layer.created_by)) for layer in info.layers)
    return replace(info, config=config, layers=layers)


def _label(name: str, value: str, settings: SecretSettings) -> str:
    return quieted(f"{name}={value}", settings).removeprefix(f"{name}=")
