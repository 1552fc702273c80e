"""Addresses of outcome contracts, a file for each subject."""
