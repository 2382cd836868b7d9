from tenants.admin.factories import FactoryAdmin
from tenants.support.admin import SupportGrantAdmin

__all__ = ["FactoryAdmin", "SupportGrantAdmin"]
