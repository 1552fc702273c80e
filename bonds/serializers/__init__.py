"""What the API of outcome contracts reads and says."""
