"""The one base of every refusal that a person should read."""

from typing import Any


class DomainError(Exception):
    """A rule said no. `code` is stable, for programs; the text is a full sentence: what happened, what to do now."""

    code = "refused"
    status = 409  # of the answer to a program

    def __init__(self, message: str, *, code: str | None = None):
        super().__init__(str(message))
        self.extra: dict[str, Any] = {}  # what else a program needs to go on
        self.code = code or type(self).code
