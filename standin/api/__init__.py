"""The part of Stripe's API, version 2026-05-27.dahlia, that community shares need."""
