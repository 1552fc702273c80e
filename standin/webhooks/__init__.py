"""Webhooks: scheduled with the event, posted from a thread, signed as Stripe signs."""
