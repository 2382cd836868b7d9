"""django-tenants' PostgreSQL backend with a search path that never ends in public (see base.py)."""
