"""What can be done with money at the payment provider. Callers write `operations.start_checkout(...)`."""
