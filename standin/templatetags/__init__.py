"""Template filters of the stand-in."""
