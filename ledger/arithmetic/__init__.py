"""Pure parts of the ledger: the encoding that is hashed, and the plan of a chart."""
