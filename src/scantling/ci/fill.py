"""A template with the repository's names in it."""

from __future__ import annotations

from importlib import resources

from .repository import Repository
from .systems import System


def fill(system: System, repository: Repository, version: str) -> str:
    """The file of ``system`` for ``repository``, which installs Scantling ``version``."""
    text = resources.files(__package__).joinpath("templates", system.template).read_text(encoding="utf-8")
    values = {
        "IMAGE": repository.image,
        "DOCKERFILE": repository.dockerfile or "Dockerfile",
        "BRANCH": repository.branch,
        "VERSION": version,
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
