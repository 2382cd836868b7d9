from workers.services.binding import enrol_open, worker_bind, worker_unbind
from workers.services.contacts import contact_seen, contact_unreachable
from workers.services.messages import broadcast_queue, message_queue

__all__ = [
    "broadcast_queue",
    "contact_seen",
    "contact_unreachable",
    "enrol_open",
    "message_queue",
    "worker_bind",
    "worker_unbind",
]
