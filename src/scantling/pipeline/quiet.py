"""What a report repeats of an image's configuration, without the secrets that stand in it."""

from __future__ import annotations

from dataclasses import replace

from scantling.model.image import ImageInfo
from scantling.secret.named import quieted
from scantling.secret.settings import SecretSettings


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
