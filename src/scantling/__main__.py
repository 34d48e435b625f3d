"""``python -m scantling``."""

from scantling.cli.main import entry

if __name__ == "__main__":
    entry()
