"""What providers are paid."""
