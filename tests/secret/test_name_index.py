"""The index of names never says no to a file that one of its globs means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scantling.secret.name_index import NameIndex
from scantling.secret.places import matcher
from scantling.secret.ruleset import shipped_rules

GLOBS = tuple(sorted({glob for rule in shipped_rules() if not rule.own for glob in (*rule.paths, *rule.files)}))


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        (".pgpass", "root/.pgpass"),
        (".pgpass", ".pgpass"),
        (".kube/config", "home/me/.kube/config"),
        ("*.tfstate", "srv/main.tfstate"),
        ("ssh_host_*_key", "etc/ssh/ssh_host_rsa_key"),
        (".env.*", "srv/.env.production"),
        (".env.*", ".env.d/more"),
        ("app/*.yml", "srv/app/config/one.yml"),
    ],
)
def test_what_a_glob_means_is_in_the_index(glob: str, path: str) -> None:
    assert matcher((glob,)).search(path)
    assert NameIndex.of([glob]).may_hold(path)


@pytest.mark.parametrize("path", ["usr/bin/python3", "usr/lib/libc.so.6", "srv/app/main.py", "pgpass/readme"])
def test_most_names_are_not(path: str) -> None:
    assert not NameIndex.of(GLOBS).may_hold(path)


_ALPHABET = ".abcdeginopsv/*"


@given(st.text(_ALPHABET, min_size=1, max_size=12), st.text(_ALPHABET.replace("*", ""), min_size=1, max_size=20))
def test_no_path_that_matches_is_turned_away(glob: str, path: str) -> None:
    if matcher((glob,)).search(path):
        assert NameIndex.of([glob]).may_hold(path)
