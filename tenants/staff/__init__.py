"""Who signs in to an admin site: roles, invitations, second factors, sessions, support access. Installed in public and in
every factory."""
