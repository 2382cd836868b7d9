from wechat.admin.account import AccountAdmin
from wechat.admin.followers import FollowerAdmin, InboundCallbackAdmin
from wechat.admin.scenes import SceneAdmin

__all__ = ["AccountAdmin", "FollowerAdmin", "InboundCallbackAdmin", "SceneAdmin"]
