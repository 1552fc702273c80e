"""What can happen. Each act is called inside `store.writing()` and records its events in the same transaction."""
