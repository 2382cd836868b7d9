"""Translations: `.po` files are kept in the repository, the `.mo` files that gettext reads are made from them.

A room's catalogue holds the strings of the room and of `templates/<room>/`; config's also those of the pages above all
rooms, Chinese for strings of libraries that have none, and English where theirs is not ours. So entries are only ever
added here, never taken away.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.local.environment import ROOT, Problem

LANGUAGE = "zh_Hans"
CATALOGUES = f"*/locale/{LANGUAGE}/LC_MESSAGES/*.po"


def compile_changed(root: Path = ROOT) -> None:
    """Compile every catalogue that is newer than its `.mo` file."""
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = source.with_suffix(f".{os.getpid()}")
        with part.open("wb") as file:
            write_mo(file, read(source))
        part.replace(compiled)


def collect(*, write: bool) -> list[str]:
    """Name every string without Chinese, `room: string`. write: add the new ones to the catalogue of their room."""
    if not shutil.which("xgettext"):
        raise Problem("gettext is missing: install it (on Debian and Ubuntu: apt-get install gettext).")
    packages = sorted(package.parent for package in ROOT.glob("*/__init__.py"))
    rooms = [room for room in packages if room.name not in ("simulator", "tests")]
    strings = {room: [message for message in _extract(room) if message.id] for room in rooms}
    if write:
        for room, messages in strings.items():
            _add(room, messages)
    elsewhere = [*ROOT.glob(CATALOGUES), *Path(django.__file__).parent.glob(f"**/{LANGUAGE}/LC_MESSAGES/django.po")]
    chinese = {_key(entry) for source in elsewhere for entry in read(source) if _is_translated(entry)}
    return [f"{room.name}: {text.id}" for room in rooms for text in strings[room] if _key(text) not in chinese]


def _add(room: Path, messages: list[Message]) -> None:
    source = room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    catalogue = read(source) if source.exists() else _new(room)
    known = {_key(entry) for entry in catalogue}
    new = [message for message in messages if _key(message) not in known]
    for message in new:
        catalogue.add(message.id, context=message.context, flags=message.flags)
    if new:
        source.parent.mkdir(parents=True, exist_ok=True)
        with source.open("wb") as file:
            write_po(file, catalogue, width=120, no_location=True)


def _new(room: Path) -> Catalog:
    return Catalog(locale=LANGUAGE, project=room.name, header_comment="# Simplified Chinese", fuzzy=False)


def _key(message: Message) -> tuple[str, str | None]:
    """What gettext looks it up by: the singular, and the context."""
    return message.id if isinstance(message.id, str) else message.id[0], message.context


def _is_translated(entry: Message) -> bool:
    texts = entry.string if isinstance(entry.string, tuple | list) else [entry.string]
    return bool(texts) and all(texts) and not entry.fuzzy


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
            [*django_admin, "--symlinks", "--no-location"],
            cwd=staging,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise Problem(f"The strings of {room.name} could not be collected: {made.stderr.strip()}")
        collected = staging / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
        lines = collected.read_text().splitlines(keepends=True) if collected.exists() else []
        return read_po([line for line in lines if not line.startswith("msgstr[1]")])  # Chinese has one plural form


def _pages(room: Path) -> list[Path]:
    """The room's own; those of the whole house and the frame of the two admins are config's."""
    above = ROOT / "templates"
    folders = [above / room.name, *([above / "admin", above / "unfold"] if room.name == "config" else [])]
    pages = above.glob("*.html") if room.name == "config" else []
    return [*(folder for folder in folders if folder.is_dir()), *pages]


def read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, locale=source.parents[1].name)
