"""Documents of outcome contracts, a file for each kind."""
