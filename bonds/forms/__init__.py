"""What the pages of outcome contracts ask."""
