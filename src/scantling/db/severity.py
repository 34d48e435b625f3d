"""The feeds' severity words in ours."""

from __future__ import annotations

_WORDS = {
    "critical": "CRITICAL", "important": "HIGH", "high": "HIGH", "moderate": "MEDIUM", "medium": "MEDIUM", "low": "LOW",
    "negligible": "NEGLIGIBLE", "unimportant": "NEGLIGIBLE", "none": "NEGLIGIBLE",
}  # fmt: skip


def from_word(word: object) -> str:
    """CRITICAL, HIGH, MEDIUM, LOW, NEGLIGIBLE, or "" for a word that says nothing ("not yet assigned", "untriaged")."""
    return _WORDS.get(word.strip().strip("*").lower(), "") if isinstance(word, str) else ""
