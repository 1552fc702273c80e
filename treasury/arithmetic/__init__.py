"""What can be worked out about journals and reports without the database."""
