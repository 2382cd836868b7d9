"""People of one factory, how they can be reached, whom something is for, and what is to be sent."""

from workers.models.audiences import Audience, Child, SelfDescription, one_phone_since
from workers.models.binding import BindAttempt, BindCode, BindingPolicy
from workers.models.colleagues import Colleague
from workers.models.contacts import Contact, WorkerSession
from workers.models.integrations import ApiReceipt, ApiToken
from workers.models.messages import REFUSALS, Broadcast, Urgency, WorkerMessage
from workers.models.people import Worker, WorkerQuerySet, number_erased, number_told
from workers.models.places import Department, Shift, ShiftDay, Turn
from workers.models.privacy import Consent, PrivacyRequest
from workers.models.roster import RosterImport
from workers.models.transfers import SentRecord

__all__ = [
    "REFUSALS",
    "ApiReceipt",
    "ApiToken",
    "Audience",
    "BindAttempt",
    "BindCode",
    "BindingPolicy",
    "Broadcast",
    "Child",
    "Colleague",
    "Consent",
    "Contact",
    "Department",
    "PrivacyRequest",
    "RosterImport",
    "SelfDescription",
    "SentRecord",
    "Shift",
    "ShiftDay",
    "Turn",
    "Urgency",
    "Worker",
    "WorkerMessage",
    "WorkerQuerySet",
    "WorkerSession",
    "number_erased",
    "number_told",
    "one_phone_since",
]
