"""Compliance packs: which evidence of a report speaks for which control of a framework. Never compliance itself."""
