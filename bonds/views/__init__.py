"""The pages of outcome contracts, each from the standpoint of one of the parties."""
