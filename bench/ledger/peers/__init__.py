"""Other ledgers for Django, each a small project of its own; they run in an environment without Commonweal."""
