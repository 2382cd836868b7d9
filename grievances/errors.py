"""What the vault refuses, each with a sentence for the person who reads it."""

from tenants.errors import DomainError


class VaultRefused(DomainError):
    """codes: see the services that raise it. Nothing has been written."""

    code = "vault_refused"


class OutOfDate(DomainError):
    """Somebody else was quicker: load the case again, then repeat. Nothing has been written."""

    code = "out_of_date"


class UnknownReceipt(DomainError):
    """No case for this receipt: mistyped, erased or never there, all alike."""

    code = "unknown_receipt"
    status = 404


class TooMany(DomainError):
    """More than the channel takes in an hour."""

    code = "too_many"
    status = 429


class WorkNeeded(DomainError):
    """A flood lasts: the phone has to solve `challenge` first."""

    code = "work_needed"
    status = 428

    def __init__(self, message: str, *, challenge: str):
        super().__init__(message)
        self.extra = {"challenge": challenge}
