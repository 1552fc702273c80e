"""The ledger measured beside other ways to write and read the same, on one PostgreSQL (`python -m bench.ledger`)."""
