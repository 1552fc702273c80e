"""Outcome contracts over REST, each from the standpoint of one of the parties."""
