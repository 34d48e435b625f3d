"""SCN-IMG-002: a USER by name, which Kubernetes cannot check."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    if recipe.user is not None:
        user, where = recipe.user, None
    else:
        users = [one for one in recipe.final_instructions() if one.name == "USER"]
        user, where = (users[-1].value, users[-1]) if users else ("", None)
    name = user.partition(":")[0].strip()
    if name and name != "root" and not name.isdigit() and "$" not in name:
        yield Hit(
            f"user {name} is a name: Kubernetes refuses it with runAsNonRoot",
            "user",
            where.line if where is not None else 0,
            where,
        )


RULE = Rule(
    id="SCN-IMG-002",
    title="User by name, not by number",
    severity="LOW",
    why="Kubernetes' runAsNonRoot cannot tell from a name that it is not root, and does not start the container.",
    fix="Name the user by its number: USER 10001.",
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    recipe=_recipe,
    bad=(("dockerfile", "FROM debian:12\nUSER app\n"),),
    good=(("dockerfile", "FROM debian:12\nUSER 10001:10001\n"), ("dockerfile", "FROM debian:12\nUSER root\n")),
)
