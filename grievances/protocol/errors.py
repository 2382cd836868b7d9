"""The one error of the protocol."""


class ProtocolError(ValueError):
    """What does not open, does not fit or cannot be read. `code` is for programs, `detail` plain values for a sentence."""

    def __init__(self, code: str, **detail: object):
        super().__init__(code)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} {self.detail}" if self.detail else self.code
