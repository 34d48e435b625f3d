"""Scantling: a container image scanner for the development workflow."""

__version__ = "0.1.0"
