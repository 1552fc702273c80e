"""What the marketplace reads: places, offers on show, and what one offer's page says."""
