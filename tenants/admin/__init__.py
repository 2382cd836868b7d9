from tenants.admin.factories import FactoryAdmin
from tenants.admin.groups import FactoryGroupAdmin
from tenants.support.admin import SupportGrantAdmin

__all__ = ["FactoryAdmin", "FactoryGroupAdmin", "SupportGrantAdmin"]
