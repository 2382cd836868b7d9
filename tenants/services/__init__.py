from tenants.services.factories import factory_create, factory_erase
from tenants.services.first_owners import FirstOwner, FirstOwnerRefused, first_owner_link_renew, first_owner_of
from tenants.services.migrations import MigrationReport, factories_migrate, lagging_schemas
from tenants.services.rescue import RescueRefused, owner_rescue

__all__ = [
    "FirstOwner",
    "FirstOwnerRefused",
    "MigrationReport",
    "RescueRefused",
    "factories_migrate",
    "factory_create",
    "factory_erase",
    "first_owner_link_renew",
    "first_owner_of",
    "lagging_schemas",
    "owner_rescue",
]
