"""Translations: `.po` files are kept in the repository, the `.mo` files that gettext reads are made from them."""

import os
from pathlib import Path

from config.local.environment import ROOT


def compile_changed() -> int:
    """Compile every catalogue that is newer than its `.mo` file and return how many there were."""
    sources = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po"))
    changed = [source for source in sources if _is_newer(source)]
    for source in changed:
        _compile(source)
    return len(changed)


def _is_newer(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
    part = source.with_suffix(f".mo.{os.getpid()}")
    with part.open("wb") as file:
        write_mo(file, catalogue)
    part.replace(source.with_suffix(".mo"))
