"""Translations: `.po` files are kept in the repository, the `.mo` files that gettext reads are made from them.

A room's catalogue holds the strings of the room and of `templates/<room>/`; config's also those of the pages above all
rooms, and Chinese for strings of libraries that have none. So entries are only ever added here, never taken away.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.local.environment import ROOT, Problem
from config.local.supervisor import say

LANGUAGE = "zh_Hans"


def compile_changed() -> None:
    """Compile every catalogue that is newer than its `.mo` file."""
    for source in sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = source.with_suffix(f".{os.getpid()}")
        with part.open("wb") as file:
            write_mo(file, _read(source))
        part.replace(compiled)


def collect() -> bool:
    """Add the strings that are new to the catalogue of their room. True when every string has its Chinese."""
    if not shutil.which("xgettext"):
        raise Problem("gettext is missing: install it (on Debian and Ubuntu: apt-get install gettext).")
    missing = 0
    for room in sorted(package.parent for package in ROOT.glob("*/__init__.py") if package.parent.name != "simulator"):
        missing += _collect_room(room)
    return missing == 0


def _collect_room(room: Path) -> int:
    """Returns how many strings of the room lack their Chinese, and names them."""
    source = room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    catalogue = _read(source) if source.exists() else _new(room)
    strings = [message for message in _extract(room) if message.id]
    added = [message for message in strings if (message.id, message.context) not in _keys(catalogue)]
    for message in added:
        catalogue.add(message.id, context=message.context, flags=message.flags)
    if added:
        source.parent.mkdir(parents=True, exist_ok=True)
        with source.open("wb") as file:
            write_po(file, catalogue, width=120, no_location=True)
    lacking = [
        entry for message in strings if (entry := catalogue.get(message.id, message.context)) and not _done(entry)
    ]
    for entry in lacking:
        say(f"{source.relative_to(ROOT)}: no Chinese for {entry.id!r}")
    return len(lacking)


def _new(room: Path) -> Catalog:
    return Catalog(locale=LANGUAGE, project=room.name, header_comment="# Simplified Chinese", fuzzy=False)


def _keys(catalogue: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalogue}


def _done(message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(texts) and all(texts) and not message.fuzzy


def _extract(room: Path) -> Catalog:
    """The strings of a room, by Django's own makemessages in a folder of links to the room and its pages."""
    with tempfile.TemporaryDirectory() as name:
        staging = Path(name)
        (staging / "locale").mkdir()
        for child in room.iterdir():
            if child.name not in ("locale", "__pycache__"):
                (staging / child.name).symlink_to(child)
        for pages in _pages(room):
            (staging / f"pages-{pages.name}").symlink_to(pages)
        django_admin = [str(Path(sys.executable).with_name("django-admin")), "makemessages", "--locale", LANGUAGE]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        made = subprocess.run(
            [*django_admin, "--symlinks", "--keep-pot", "--no-location"],
            cwd=staging,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise Problem(f"The strings of {room.name} could not be collected: {made.stderr.strip()}")
        template = staging / "locale" / "django.pot"
        if not template.exists():
            return Catalog()
        text = template.read_text()  # xgettext leaves blanks to fill in where a room has plurals
        template.write_text(text.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=1; plural=0"))
        return _read(template)


def _pages(room: Path) -> list[Path]:
    own, above = ROOT / "templates" / room.name, ROOT / "templates"
    return [*([own] if own.is_dir() else []), *(above.glob("*.html") if room.name == "config" else [])]


def _read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, locale=LANGUAGE)
