from tenants.services.factories import factory_create, factory_erase
from tenants.services.migrations import MigrationReport, factories_migrate, lagging_schemas

__all__ = [
    "MigrationReport",
    "factories_migrate",
    "factory_create",
    "factory_erase",
    "lagging_schemas",
]
