"""Outcome contracts: commissioners pay for verified results. Stands beside `shares` on the same ledger."""
