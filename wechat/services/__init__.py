from wechat.services.accounts import account_create
from wechat.services.menu import menu_push
from wechat.services.scenes import scene_create

__all__ = ["account_create", "menu_push", "scene_create"]
