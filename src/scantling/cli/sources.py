"""``--dockerfile`` and ``--checkout``: where in the repository the findings of an image come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from .console import say
from .settings import Settings

if TYPE_CHECKING:
    from scantling.model.report import Report
    from scantling.report.sources import Sources

LOCATED = frozenset({"sarif", "gitlab-dependency", "github"})  # the formats that show it


def check_sources(settings: Settings) -> None:
    """Raise ``UsageError`` for a checkout that is none: better before a scan than after it."""
    checkout = settings.values.get("checkout")
    if checkout and not Path(checkout).is_dir():
        raise UsageError("not a directory", where=checkout, hint="--checkout is the root of the sources")


def sources_of(report: Report, settings: Settings) -> Sources | None:
    """What the two options say of ``report``, None without them. Raises ``UsageError``."""
    from scantling.report.sources import SourceLine, Sources

    dockerfile, checkout = settings.values.get("dockerfile"), settings.values.get("checkout")
    if not dockerfile and not checkout:
        return None
    layers = {}
    if dockerfile:
        lines = lines_made(report, dockerfile, settings)
        name = path_in_repository(Path(dockerfile), Path(checkout or ""))
        if name:
            layers = {diff_id: SourceLine(name, line) for diff_id, line in lines.items()}
        elif not settings["quiet"]:
            say(f"note: {printable(dockerfile)} lies in no repository: no line of it is marked")
    packages = {}
    if checkout:
        check_sources(settings)
        from scantling.pipeline.checkout import packages_in
        from scantling.pipeline.options import ScanOptions

        packages = packages_in(Path(checkout), ScanOptions())
    return Sources(layers, packages)


def lines_made(report: Report, dockerfile: str, settings: Settings) -> dict[str, int]:
    """By diffID the line of ``dockerfile`` that made a layer; says so where it explains none. Raises ``UsageError``."""
    from scantling.check.recipe.made_by import lines_of
    from scantling.check.recipe.read import read_recipe

    recipe = read_recipe(Path(dockerfile))
    layers = report.target.layers
    lines = lines_of(recipe, [layer.created_by for layer in layers])
    told = {layer.diff_id: line for layer, line in zip(layers, lines, strict=True) if line is not None}
    if layers and not told and not settings["quiet"]:
        say(f"note: no instruction of {printable(dockerfile)} is found in the image's history: no line is marked")
    return told


def path_in_repository(path: Path, checkout: Path) -> str:
    """``path`` from the root of the repository that it lies in: the next directory above with a ``.git``, else
    ``checkout``. "" for a file outside of both."""
    from scantling.ci.repository import work_tree_of

    whole = path.resolve()
    root = work_tree_of(whole.parent) or checkout.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else ""
