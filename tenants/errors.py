"""The one base of every refusal that a person should read."""


class DomainError(Exception):
    """A rule said no. `code` is stable, for programs; the text is a full sentence: what happened, what to do now."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None):
        super().__init__(str(message))
        self.code = code or type(self).code
