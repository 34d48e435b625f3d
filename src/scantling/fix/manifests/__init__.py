"""Manifests of applications: one file for each, with ``edit(text, wanted, where) -> Edited``."""
