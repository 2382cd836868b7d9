"""Times when sending makes no sense: WeChat does not answer, the day's quota is used up, or HR has to act first."""

from django.core.cache import cache

PAUSE_KEY = "wechat:paused"
LEARN_KEY = "wechat:templates_learn"
LEARN_SECONDS = 3600


def sending_pause(*, seconds: int) -> None:
    cache.set(PAUSE_KEY, 1, seconds)


def sending_is_paused() -> bool:
    return cache.get(PAUSE_KEY) is not None


def sending_resume() -> None:
    """HR has mended something: try at once, and look for templates again."""
    cache.delete_many([PAUSE_KEY, LEARN_KEY])


def learning_begins() -> bool:
    """Once an hour at most, by one process."""
    return cache.add(LEARN_KEY, 1, LEARN_SECONDS)
