"""Who did or saw what of personal data: appended to, never edited. Installed in public and in every factory."""
