"""The demo's places, people and offers, made by the same acts that people use; nothing is written past them."""
