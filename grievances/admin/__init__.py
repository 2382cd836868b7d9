"""The channel's own pages on both admin sites. Cases are on none of them: the desk is their only screen."""

from grievances.admin.board import BoardEntryAdmin
from grievances.admin.channel import FactoryChannelAdmin, OmbudsmanChannelAdmin, ReplyTemplateAdmin
from grievances.admin.factories import FactoryFiguresAdmin

__all__ = [
    "BoardEntryAdmin",
    "FactoryChannelAdmin",
    "FactoryFiguresAdmin",
    "OmbudsmanChannelAdmin",
    "ReplyTemplateAdmin",
]
