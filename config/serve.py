"""`python -m config.serve TARGET [OPTIONS]`: granian, with the product loaded before it forks its web processes.

They then share the memory of what they only read: code, models, forms, words. Where processes are spawned instead of forked
(macOS, Windows), each loads its own.
"""

import gc
import multiprocessing

from django.conf import settings
from django.urls import get_resolver
from django.utils.translation import gettext, override
from granian.cli import entrypoint


def load() -> None:
    """Everything that each process would load for itself. No thread and no connection: neither survives a fork."""
    import config.wsgi  # noqa: F401

    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("")
            for urlconf in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
                get_resolver(urlconf).reverse_dict  # noqa: B018  filled when it is first asked for
    gc.collect()
    gc.freeze()  # the collector would write to each object it visits, and so copy the page it lies on


if __name__ == "__main__":
    if multiprocessing.get_start_method() == "fork":
        load()
    entrypoint()
