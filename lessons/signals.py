"""What others may listen to. Sent inside the transaction of the change: a listener queues its work on commit."""

from django.dispatch import Signal

# Something of the shared library that factories hold a copy of has changed. Sent in public.
# lesson_uuid: the lesson that was published or withdrawn, or None when a series changed.
library_changed = Signal()
