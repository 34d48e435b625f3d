"""Asking for very many paths at once says what asking for each says."""

from __future__ import annotations

import random

from scantling.layers.squash import squash
from scantling.model.facts import LayerTree

NAMES = ("a", "b", "c")


def tree(draw: random.Random) -> LayerTree:
    paths = ["/".join(draw.choice(NAMES) for _ in range(draw.randint(1, 3))) for _ in range(draw.randint(1, 7))]
    files = sorted({path for path in paths if not any(other.startswith(path + "/") for other in paths)})
    dirs = sorted(set(paths) - set(files))
    links = {path: draw.choice(("/a", "b", "../c", "a/b")) for path in files if draw.random() < 0.2}
    removed = tuple(
        sorted({"/".join(draw.choice(NAMES) for _ in range(draw.randint(1, 2))) for _ in range(draw.randint(0, 2))})
    )
    opaques = tuple(dirs[:1]) if draw.random() < 0.3 else ()
    return LayerTree("\0".join(files).encode(), "\0".join(dirs).encode(), links, {}, removed, opaques)


def test_hidden_is_what_provides_denies() -> None:
    hidden = asked = 0
    for seed in range(1_500):
        draw = random.Random(seed)
        trees = [tree(draw) for _ in range(draw.randint(1, 4))]
        view = squash(trees)
        for index, one in enumerate(trees):
            paths = [path for path in (one.files + b"\0" + one.dirs).decode().split("\0") if path]
            expected = {path for path in paths if not view.provides(index, path)}
            assert view.hidden(index, paths) == expected, (seed, index)
            hidden += len(expected)
            asked += len(paths)
    assert 0.2 < hidden / asked < 0.8  # the trees meet often enough to prove something


def test_a_path_of_two_thousand_directories_is_no_burden() -> None:
    deep = "/".join("d" * 2_000)
    trees = [LayerTree(deep.encode(), b"", {}, {}, (), ()), LayerTree(b"d/d", b"", {}, {}, (), ())]
    assert squash(trees).hidden(0, [deep]) == {deep}
