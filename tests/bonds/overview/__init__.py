"""A contract at a glance."""
