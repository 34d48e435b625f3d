"""The base image of what is scanned: the index and the Dockerfile that the user named, put to the recogniser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scantling.base.index import FILE_NAME
from scantling.base.recognise import Recognised, recognise
from scantling.model.errors import UsageError
from scantling.model.facts import OsRelease
from scantling.model.image import ImageInfo
from scantling.source.options import SourceOptions


@dataclass(frozen=True, slots=True)
class BaseOptions:
    """``index`` is a file of known bases, None for the one in the cache directory, if there is one; ``dockerfile`` what
    the image was built with. ``ask_registry`` allows to ask the base's registry what its tag points to now."""

    index: Path | None = None
    dockerfile: Path | None = None
    ask_registry: bool = False


def base_of(
    info: ImageInfo, os: OsRelease | None, asked: BaseOptions, cache_dir: Path, source: SourceOptions
) -> Recognised:
    """What ``info`` was built on, and whether that is behind its tag where ``asked`` allows to ask. Raises
    ``UsageError`` for a Dockerfile that cannot be read."""
    index = asked.index or cache_dir / FILE_NAME
    is_there = asked.index is not None or index.is_file()
    found = recognise(info, os, index if is_there else None, _built_from(asked.dockerfile))
    if not asked.ask_registry or found.base is None:
        return found
    from scantling.base.newest import with_newest

    base, gaps = with_newest(found.base, found.asks, info, source)
    return replace(found, base=base, gaps=tuple(sorted({*found.gaps, *gaps})))


def _built_from(path: Path | None) -> str:
    """What the last stage of a Dockerfile begins with, through stages that are built on others; "" without one."""
    if path is None:
        return ""
    from scantling.check.recipe.read import read_recipe

    recipe = read_recipe(path)
    try:
        return recipe.built_on(recipe.final)[0].image
    except IndexError as error:
        raise UsageError(f"not a Dockerfile: {error}", where=str(path)) from error


def describe_base(target: str, asked: BaseOptions, cache_dir: Path, source: SourceOptions) -> tuple[int, Recognised]:
    """The number of layers of ``target``, and its base by all that can be told without reading one."""
    from scantling.source.catalog import open_target

    image = open_target(target, source)
    image.close()
    return len(image.info.layers), base_of(image.info, None, asked, cache_dir, source)
