from workers.services.binding import enrol_open, worker_bind, worker_unbind
from workers.services.contacts import contact_owner, contact_seen, contact_unreachable
from workers.services.departments import department_create, department_ensure, department_move
from workers.services.messages import broadcast_queue, message_queue
from workers.services.people import worker_leave
from workers.services.roster import roster_export, roster_import, roster_rows_import

__all__ = [
    "broadcast_queue",
    "contact_owner",
    "contact_seen",
    "contact_unreachable",
    "department_create",
    "department_ensure",
    "department_move",
    "enrol_open",
    "message_queue",
    "roster_export",
    "roster_import",
    "roster_rows_import",
    "worker_bind",
    "worker_leave",
    "worker_unbind",
]
