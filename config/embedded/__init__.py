"""The services that the project brings with it, for the demo and the tests: PostgreSQL and Redis from PyPI wheels."""
