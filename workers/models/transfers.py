"""Records that workers take along to another factory of the group."""

from django.db import models

from tenants.models import TimestampedModel
from workers.models.people import Worker


class SentRecord(TimestampedModel):
    """Where a worker's record waits: the sealed `tenants.RecordTransfer` in public is the one with this code_hash, and gone
    once it has been taken in. It lets the worker see that it waits, and take it back."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="sent_records")
    factory_name = models.CharField(max_length=80)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()

    def __str__(self):
        return f"record of {self.worker_id}"
