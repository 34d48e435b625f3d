"""A secret cannot be shown by accident."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle

import pytest

from scantling.guard.secret import Secret


@dataclasses.dataclass(frozen=True)
class Holder:
    name: str
    password: Secret


def test_no_way_of_printing_shows_it() -> None:
    secret = Secret("canary")
    shown = f"{secret} {secret!r} {secret!s} {secret:>20} %s %r" % (secret, secret)
    shown += str([secret]) + repr(Holder("me", secret)) + "{}".format(secret) + str(vars(Holder("me", secret)))  # noqa: UP032
    assert "canary" not in shown
    assert secret.reveal() == "canary"


@pytest.mark.parametrize("serialise", [pickle.dumps, copy.deepcopy, json.dumps])
def test_it_cannot_be_serialised(serialise: object) -> None:
    with pytest.raises(TypeError):
        serialise(Secret("canary"))  # type: ignore[operator]
    with pytest.raises(TypeError):
        dataclasses.asdict(Holder("me", Secret("canary")))


def test_equality_and_truth() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert Secret("a") and not Secret("")
    assert len({Secret("a"), Secret("a")}) == 1
