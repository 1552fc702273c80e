"""Outcome contracts measured: the engine and the waterfall against reading and writing the same rows."""
