"""What the present request is done under. Set by a middleware for admin requests only; elsewhere empty."""

from contextvars import ContextVar

# uuid of the SupportGrant that lets CCR CSR's support in; every entry made meanwhile carries it.
support_uuid: ContextVar[str] = ContextVar("support_uuid", default="")
