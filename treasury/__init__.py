"""The treasurer's rooms: the books on pages, as files and through the API, and the month-end controls."""
