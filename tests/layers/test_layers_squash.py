"""Squashing: against a small model that unpacks layers one after another into a dict, and named cases."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.layers.reader import BytesReader
from scantling.layers.squash import View, squash
from scantling.layers.tar import walk
from scantling.layers.tree import TreeBuilder
from scantling.model.coverage import Gap
from scantling.model.facts import LayerTree
from support.tars import Member, tar


def tree(*members: Member) -> LayerTree:
    builder = TreeBuilder()
    for entry in walk(BytesReader(tar(members))):
        assert not isinstance(entry, Gap), entry
        builder.add(entry)
    return builder.build()


def view(*layers: list[Member]) -> View:
    return squash([tree(*layer) for layer in layers])


def f(name: str) -> Member:
    return Member(name, b"x")


def d(name: str) -> Member:
    return Member(name, kind="dir")


def ln(name: str, target: str) -> Member:
    return Member(name, kind="symlink", link=target)


def hard(name: str, target: str) -> Member:
    return Member(name, kind="hardlink", link=target)


@dataclass
class Model:
    """Unpacks layers as containerd does: removals first by what lower layers hold, then the entries in order."""

    nodes: dict[str, tuple[str, str, int]]  # path -> (kind, link, layer)

    def real(self, path: str, hops: int = 40) -> str:
        done = ""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        while parts:
            part = parts.pop(0)
            if part == "..":
                done = posixpath.dirname(done)
                continue
            here = posixpath.join(done, part)
            kind, link, _ = self.nodes.get(here, ("", "", 0))
            if kind == "symlink":
                hops -= 1
                if hops < 0:
                    raise RecursionError
                if link.startswith("/"):
                    done = ""
                parts = [p for p in link.split("/") if p not in ("", ".")] + parts
            else:
                done = here
        return done

    def place(self, name: str) -> str:
        return posixpath.join(self.real(posixpath.dirname(name)), posixpath.basename(name))

    def remove(self, path: str, *, itself: bool, below_layer: int) -> None:
        for other in list(self.nodes):
            if ((itself and other == path) or path == "" or other.startswith(path + "/")) and (
                self.nodes[other][2] < below_layer
            ):
                del self.nodes[other]

    def apply(self, index: int, members: list[Member]) -> None:
        for member in members:
            name = str(member.name)
            base = posixpath.basename(name)
            if base == ".wh..wh..opq":
                self.remove(self.real(posixpath.dirname(name)), itself=False, below_layer=index)
            elif base.startswith(".wh."):
                self.remove(
                    self.place(posixpath.join(posixpath.dirname(name), base[4:])), itself=True, below_layer=index
                )
        for member in members:
            name = str(member.name)
            if posixpath.basename(name).startswith(".wh."):
                continue
            path = self.place(name)
            if not (member.kind == "dir" and self.nodes.get(path, ("dir", "", 0))[0] == "dir"):
                self.remove(path, itself=True, below_layer=index + 1)
            parent = posixpath.dirname(path)
            while parent:
                if self.nodes.get(parent, ("", "", 0))[0] != "dir":
                    self.nodes[parent] = ("dir", "", index)
                parent = posixpath.dirname(parent)
            self.nodes[path] = (member.kind, str(member.link), index)


PARTS = ("a", "b", "c")
paths = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("/".join)


@st.composite
def plain_layer(draw: st.DrawFn) -> list[Member]:
    """Entries that every unpacker takes: no name twice, no name below a non-directory of the same layer."""
    chosen: dict[str, Member] = {}
    for path in draw(st.lists(paths, max_size=6, unique=True)):
        taken = [p for p, m in chosen.items() if m.kind != "dir" and path.startswith(p + "/")]
        if taken or any(p.startswith(path + "/") for p in chosen):
            continue
        chosen[path] = draw(st.sampled_from([f(path), d(path)]))
    removed = [
        f(posixpath.join(posixpath.dirname(p), ".wh." + posixpath.basename(p)))
        for p in draw(st.lists(paths, max_size=2, unique=True))
        if not any(c == p or (p.startswith(c + "/") and chosen[c].kind != "dir") for c in chosen)
    ]
    opaque = [
        f(posixpath.join(p, ".wh..wh..opq"))
        for p in draw(st.lists(paths, max_size=1))
        if p in chosen and chosen[p].kind == "dir"
    ]
    return [*removed, *opaque, *chosen.values()]


def check(layers: list[list[Member]]) -> None:
    model = Model({})
    for index, layer in enumerate(layers):
        model.apply(index, layer)
    found = view(*layers)
    every = list(PARTS) + [f"{a}/{b}" for a in PARTS for b in PARTS]
    every += [f"{a}/{b}/{c}" for a in PARTS for b in PARTS for c in PARTS]
    for path in every:
        node = model.nodes.get(path)
        expected = node[2] if node is not None else None
        if node is not None and node[0] == "dir":
            assert found.provider(path) is not None, (path, model.nodes)
        else:
            assert found.provider(path) == expected, (path, model.nodes)


@given(st.lists(plain_layer(), min_size=1, max_size=4))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_random_layers_squash_as_they_unpack(layers: list[list[Member]]) -> None:
    check(layers)


@given(st.sampled_from(["b", "/b", "b/c", "./b/../b", "missing"]), st.lists(plain_layer(), min_size=1, max_size=3))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_layers_above_a_link_land_where_it_points(target: str, layers: list[list[Member]]) -> None:
    stack = [[f("b/x"), d("b/c"), ln("a", target)], *layers]
    model = Model({})
    for index, layer in enumerate(stack):
        model.apply(index, layer)
    found = view(*stack)
    for path, (kind, _, index) in model.nodes.items():
        if kind != "dir":
            assert found.provider(path) == index, (path, model.nodes)


CASES = {
    "file over directory takes the subtree": ([[f("d/x")], [f("d")]], {"d": 1, "d/x": None}),
    "directory over file": ([[f("d")], [d("d"), f("d/x")]], {"d/x": 1}),
    "directory over symlink replaces it": (
        [[f("t/x"), ln("s", "t")], [d("s"), f("s/y")]], {"s/y": 1, "s/x": None, "t/x": 0, "t/y": None},
    ),
    "symlink over directory": ([[f("lib/x"), f("usr/lib/y")], [ln("lib", "usr/lib")]], {"lib/x": None, "lib/y": 0}),
    "through a lower symlink": (
        [[f("usr/lib/x"), ln("lib", "usr/lib")], [f("lib/x"), f("lib/y")]],
        {"usr/lib/x": 1, "usr/lib/y": 1, "lib/y": 1, "lib": 0},
    ),
    "through a symlink of the same layer": ([[ln("s", "t"), f("s/x")]], {"t/x": 0, "s/x": 0}),
    "a symlink to the host's root stays inside": (
        [[ln("s", "/../../etc")], [f("s/passwd")]], {"etc/passwd": 1, "s/passwd": 1},
    ),
    "trampoline": ([[ln("a", "/tmp"), ln("b", "a/../..")], [f("b/etc/x")]], {"etc/x": 1}),
    "whiteout": ([[f("x"), f("d/y")], [f(".wh.x"), f(".wh.d")]], {"x": None, "d/y": None, "d": None}),
    "whiteout and the same name in one layer": ([[f("x")], [f("x"), f(".wh.x")]], {"x": 1}),
    "whiteout through a symlinked parent": (
        [[f("t/x"), ln("s", "t")], [f("s/.wh.x")]], {"t/x": None, "s": 0},
    ),
    "whiteout of the link, not of its target": ([[f("t/x"), ln("s", "t")], [f(".wh.s")]], {"s": None, "t/x": 0}),
    "opaque after siblings": ([[f("d/x")], [f("d/y"), f("d/.wh..wh..opq")]], {"d/x": None, "d/y": 1}),
    "opaque root": ([[f("x")], [f(".wh..wh..opq"), f("y")]], {"x": None, "y": 1}),
    "opaque leaves the directory": ([[d("d"), f("d/x")], [f("d/.wh..wh..opq")]], {"d/x": None}),
    "last of a name wins": ([[f("etc/p"), ln("./etc/p", "q"), f("/etc/p")]], {"etc/p": 0}),
    "comes back after a whiteout": ([[f("d/x")], [f(".wh.d")], [f("d/x")]], {"d/x": 2}),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "expected"), CASES.values(), ids=CASES)
def test_case(layers: list[list[Member]], expected: dict[str, int | None]) -> None:
    found = view(*layers)
    assert {path: found.provider(path) for path in expected} == expected


def test_a_lower_file_is_dead_once_its_directory_became_a_link() -> None:
    found = view([f("lib/x"), f("usr/lib/x")], [ln("lib", "usr/lib")])
    assert not found.provides(0, "lib/x")
    assert found.provides(0, "usr/lib/x")


def test_resolve() -> None:
    found = view(
        [ln("a", "b"), ln("b", "a"), ln("ok", "d/l"), ln("d/l", "../e"), f("e"), ln("out", "/proc/self/environ")]
    )
    assert found.resolve("ok") == "e"
    assert found.resolve("a") is None
    assert found.resolve("out") is None
    assert found.resolve("../../e") == "e"
    assert view([f("c0"), *(ln(f"c{i}", f"c{i - 1}") for i in range(1, 101))]).resolve("c100") is None
    assert view([f("c0"), *(ln(f"c{i}", f"c{i - 1}") for i in range(1, 41))]).resolve("c40") == "c0"


def test_hard_links_lead_to_the_name_that_holds_the_bytes() -> None:
    found = view([f("x"), f("low")], [hard("h", "x"), f("y"), hard("i", "y"), hard("j", "i"), hard("m", "none")])
    assert found.hardlink_source("h") == (0, "x")
    assert found.hardlink_source("j") == (1, "y")
    assert found.hardlink_source("y") == (1, "y")
    assert found.hardlink_source("m") is None
    loops = view([hard("a", "b"), hard("b", "c"), hard("c", "a"), hard("s", "s")])
    assert loops.hardlink_source("a") is None
    assert loops.hardlink_source("s") is None


@pytest.mark.parametrize("name", [".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh..."])
def test_a_whiteout_without_a_name_removes_nothing_and_is_said(name: str) -> None:
    builder = TreeBuilder()
    for entry in walk(BytesReader(tar([f(name)]))):
        assert not isinstance(entry, Gap)
        builder.add(entry)
    assert [gap.what for gap in builder.gaps] == ["bad-whiteout"]
    assert squash([tree(f("d/x"), f("y")), builder.build()]).provider("d/x") == 0


def test_aufs_bookkeeping_is_no_whiteout() -> None:
    assert view([f("plnk"), f("x")], [d(".wh..wh.plnk"), f(".wh..wh.aufs")]).provider("x") == 0


def test_a_name_replaced_within_one_layer_takes_its_subtree() -> None:
    assert tree(f("d/x"), f("d")).files == b"d"
    assert tree(f("d/x"), ln("d", "e"), f("z")).files == b"d\0z"
