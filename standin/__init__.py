"""The local stand-in for Stripe: development equipment, a process, a port and a database of its own.

It is reached by the official stripe library through `api_base`. It shares no code with the apps of this project:
neither may import the other, and production refuses to start it. `standin/README.md` says what it keeps, what it does
and how to tell it to do wrong.
"""
