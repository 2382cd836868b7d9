"""The vault: officers and their keys, cases as ciphertext, and the few plain facts that run the process.

Installed twice. In a factory: the cases sent to it. In public: the cases, of all factories, that were sent to CCR CSR's
ombudsmen. No row has a time finer than a day, no id tells an order.
"""

from grievances.models.board import BoardApproval, BoardEntry, ReplyTemplate
from grievances.models.cases import Attachment, Case, CaseEvent, CaseKey, CaseWrap, Category, Lane, Message, Note, State
from grievances.models.channel import Channel, FactoryFigures, MonthlyScorecard, ReceiptSalt
from grievances.models.officers import OMBUDSMAN_PLACE, Officer

__all__ = [
    "OMBUDSMAN_PLACE",
    "Attachment",
    "BoardApproval",
    "BoardEntry",
    "Case",
    "CaseEvent",
    "CaseKey",
    "CaseWrap",
    "Category",
    "Channel",
    "FactoryFigures",
    "Lane",
    "Message",
    "MonthlyScorecard",
    "Note",
    "Officer",
    "ReceiptSalt",
    "ReplyTemplate",
    "State",
]
