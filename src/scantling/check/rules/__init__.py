"""The configuration rules: one file each, listed in ``catalog``."""
