"""Chinese first: no string without its Chinese, and what is in a catalogue reaches the pages."""

import gettext
import os

from config.local import catalogues
from config.local.environment import ROOT


def test_every_string_has_its_chinese():
    assert catalogues.collect(write=False) == []


def test_a_catalogue_is_compiled_when_it_is_newer(tmp_path):
    source = tmp_path / "room" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    for age, chinese in enumerate(["课程", "课"]):
        source.write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Lesson"\nmsgstr "{chinese}"\n'
        )
        os.utime(source, ns=(10**18 * (age + 1), 10**18 * (age + 1)))
        compiled = source.with_suffix(".mo")
        if compiled.exists():
            os.utime(compiled, ns=(10**18, 10**18))
        catalogues.compile_changed(tmp_path)
        with compiled.open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("Lesson") == chinese


def test_the_catalogues_of_all_rooms_can_be_read():
    for source in ROOT.glob("*/locale/*/LC_MESSAGES/*.po"):
        assert len(catalogues.read(source)) > 0, source
