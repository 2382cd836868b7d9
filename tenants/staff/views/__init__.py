"""The pages of signing in, and of one's own account. Each is given the admin site it belongs to."""
