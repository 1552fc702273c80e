"""Books, accounts, entries and balances: double entry kept by the database."""
