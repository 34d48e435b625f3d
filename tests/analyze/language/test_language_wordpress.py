"""WordPress, its plugins and themes, from their headers."""

from __future__ import annotations

import pytest

from support.language_facts import analyze

VERSION = b"""<?php
/**
 * WordPress Version
 * @global string $wp_version
 */
$wp_version = '6.1.1';
$wp_db_version = 53496;
"""
PLUGIN = b"""<?php
/**
 * @package Akismet
 */
/*
Plugin Name: Akismet Anti-Spam
Plugin URI: https://akismet.com/
Version: 5.0.1
License: GPLv2 or later
Requires Version: 9
*/
define( 'AKISMET_VERSION', '5.0.1' );
"""
ONE_LINE = b"<?php /* Plugin Name: Hello Dolly */\n// Version: 1.7.2\n"
THEME = b"/*\r\nTheme Name: Twenty Twenty-Three\r\nVersion: 1.0\r\nLicense: GPLv2\r\n*/\r\n"


def found(path: str, data: bytes) -> list[tuple[str, str]]:
    packages, gaps = analyze(path, data)
    assert not gaps
    assert all(p.type == "wordpress" and not p.declared for p in packages)
    return [(p.name, p.version) for p in packages]


def test_core() -> None:
    assert found("var/www/html/wp-includes/version.php", VERSION) == [("wordpress", "6.1.1")]


def test_a_plugin_in_its_directory_and_one_of_a_single_file() -> None:
    plugins = "var/www/html/wp-content/plugins"
    assert found(f"{plugins}/akismet/akismet.php", PLUGIN) == [("plugin/akismet", "5.0.1")]
    assert found(f"{plugins}/hello.php", ONE_LINE) == [("plugin/hello", "1.7.2")]


def test_a_theme() -> None:
    assert found("wp-content/themes/twentytwentythree/style.css", THEME) == [("theme/twentytwentythree", "1.0")]


def test_other_files_of_plugins_and_themes_are_nothing() -> None:
    assert found("wp-content/plugins/akismet/class.php", b"<?php echo 1;") == []
    assert found("wp-content/plugins/akismet/views/x.php", PLUGIN) == []
    assert found("wp-content/themes/a/css/style.css", THEME) == []
    assert found("srv/style.css", THEME) == []
    assert found("wp-content/plugins/a/a.php", b"\0" * 9000 + PLUGIN) == []


@pytest.mark.parametrize(
    ("path", "data"),
    [("wp-includes/version.php", b"<?php"), ("wp-content/plugins/a/a.php", b"<?php\n// Plugin Name: A\n")],
)
def test_without_a_version_it_is_a_gap(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert not packages
    assert [gap.what for gap in gaps] == ["unreadable-file"]
