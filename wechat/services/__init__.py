from wechat.services.accounts import account_create

__all__ = ["account_create"]
