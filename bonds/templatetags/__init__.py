"""Tags of the pages of outcome contracts."""
