"""Licences as SPDX expressions (SPDX 2.3, annex D): what metadata says, told in one language, and what it asks for."""
