"""What a graph of names says of each: asked for, and the shortest way to it. Expected values are drawn by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scantling.analyze.relations.graph import Graph, Relation, joined, relations

NAMES = st.sampled_from("abcdefgh")


def graph(text: str, asked: str = "", pulled_in: str = "", unneeded: bool = False) -> Graph:
    needs = {line.split(":")[0]: set(line.split(":")[1]) for line in text.split()}
    return Graph(needs, set(asked), set(pulled_in), unneeded)


def paths(drawn: Graph) -> dict[str, str]:
    return {name: "".join(relation.path) for name, relation in sorted(relations(drawn).items())}


def test_the_shortest_way_from_what_was_asked_for() -> None:
    drawn = graph("a:bc b:d c:d d:e e:", asked="a")
    assert paths(drawn) == {"a": "a", "b": "ab", "c": "ac", "d": "abd", "e": "abde"}


def test_what_is_asked_for_is_direct_even_if_others_need_it() -> None:
    drawn = graph("a:b b:c c:", asked="ab", pulled_in="c")
    assert paths(drawn) == {"a": "a", "b": "b", "c": "bc"}
    assert {name: relation.direct for name, relation in relations(drawn).items()} == {"a": True, "b": True, "c": False}


def test_without_a_record_of_requests_the_way_begins_at_what_nothing_needs() -> None:
    drawn = graph("a:b b:c c:")
    assert paths(drawn) == {"a": "", "b": "ab", "c": "abc"}
    assert {relation.direct for relation in relations(drawn).values()} == {None}
    asked = relations(graph("a:b b:c c:", unneeded=True))
    assert (asked["a"].direct, asked["a"].path, asked["c"].direct) == (True, ("a",), None)


def test_those_who_need_each_other_and_nobody_else_have_no_way() -> None:
    assert paths(graph("a:b b:a c:d d:c", asked="c")) == {"a": "", "b": "", "c": "c", "d": "cd"}


def test_a_package_that_needs_itself_is_still_needed_by_nobody() -> None:
    assert relations(graph("a:a", unneeded=True))["a"] == Relation(True, ("a",), ())


def test_of_two_places_the_stronger_claim_and_the_shorter_way() -> None:
    one, other = Relation(False, ("x", "y", "a"), ("b",)), Relation(None, ("z", "a"), ("c",))
    assert joined(one, other) == joined(other, one) == Relation(False, ("z", "a"), ("b", "c"))
    assert joined(one, Relation(True, ("a",), ())).direct is True


@given(st.dictionaries(NAMES, st.sets(NAMES)), st.sets(NAMES), st.booleans())
def test_every_way_is_one_along_the_edges(needs: dict[str, set[str]], asked: set[str], unneeded: bool) -> None:
    for name in {other for others in needs.values() for other in others}:
        needs.setdefault(name, set())
    for name, relation in relations(Graph(needs, asked, set(), unneeded)).items():
        assert not relation.path or relation.path[-1] == name
        assert all(other in needs[one] for one, other in zip(relation.path, relation.path[1:], strict=False))
        assert relation.direct is not True or relation.path == (name,)
