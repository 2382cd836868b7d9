"""The tables by which names are sorted cost a process little memory."""

import subprocess
import sys

from config.local.environment import ROOT

SAY = """
import sys
import django
django.setup()
from workers.services.spelling import name_pinyin
print(name_pinyin("单重阳"), "pypinyin.phrases_dict" in sys.modules)
"""


def test_a_name_is_heard_without_the_dictionary_of_words():
    """Characters are looked up one by one, so none is ever part of a word: 45 MB that nothing reads."""
    done = subprocess.run([sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["shan", "zhong", "yang", "False"]
