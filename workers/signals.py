"""What a channel listens to. The sender knows no channel."""

from django.dispatch import Signal

# Rows wait in the outbox: sent after the commit, once a transaction, with `schema_name`.
messages_queued = Signal()

# A worker has taken a consent back: sent inside the transaction, with `worker` and `purpose`; delete what rested on it.
consent_withdrawn = Signal()
