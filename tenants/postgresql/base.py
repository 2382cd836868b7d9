"""django-tenants' database wrapper, made strict.

In a factory the search path is that factory's schema and `extensions`: a schema or table that is missing raises instead
of silently reading public's namesake (DESIGN section 2).
"""

import time

from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper

from tenants.postgresql.prepared import PreparedStatements

BELIEVED_SECONDS = 1.0


class DatabaseWrapper(TenantDatabaseWrapper):
    found_alive_at = float("-inf")

    def get_new_connection(self, conn_params):
        self.prepared = PreparedStatements()
        return super().get_new_connection(conn_params)

    def close_if_health_check_failed(self):
        """Ask the server whether the connection lives once a second at most: asked in every request it is a round trip of
        the three or four that a page makes."""
        is_due = not self.health_check_done  # type: ignore[has-type]
        if is_due and self.connection and time.monotonic() - self.found_alive_at < BELIEVED_SECONDS:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        if is_due and self.health_check_done:
            self.found_alive_at = time.monotonic()

    def set_tenant(self, tenant, include_public=False):
        """Choose the schema for the statements that follow. `include_public` is accepted and never obeyed.

        A connection whose search path is already the wanted one is left alone: that saves one SET a request where the
        same factory is served again. The remembered path is trustworthy, because the parent forgets it on every
        rollback and reconnect.
        """
        path_in_force: list[str] | None = self.search_path_set_schemas  # type: ignore[has-type]
        super().set_tenant(tenant, include_public=False)
        if path_in_force and path_in_force == self._get_cursor_search_paths():
            self.search_path_set_schemas = path_in_force
