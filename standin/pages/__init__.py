"""Pages for people: the hosted checkout and the control room."""
