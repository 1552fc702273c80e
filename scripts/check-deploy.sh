#!/bin/sh
# Production settings: they start with what docs/operations.md asks for, `check --deploy` is clean, and each unsafe
# choice is refused.
set -eu

production() {
    env -i PATH="$PATH" COMMONWEAL_ENV=production PUBLIC_BASE_URL=https://shares.example \
        SECRET_KEY=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-check \
        ALLOWED_HOSTS=shares.example DATABASE_URL=postgresql://app:x@127.0.0.1/none BROKER_URL=redis://127.0.0.1/0 \
        STRIPE_API_KEY=sk_live_check STRIPE_WEBHOOK_SECRET=whsec_check DEFAULT_FROM_EMAIL=hello@shares.example \
        MEDIA_ROOT=/var/lib/commonweal LEDGER_HEADS_FILE=/var/lib/commonweal-heads/heads.txt BEHIND_TLS_PROXY=1 "$@"
}
production .venv/bin/python manage.py check --deploy --fail-level WARNING --verbosity 0
for unsafe in SECRET_KEY=short ALLOWED_HOSTS='*' PUBLIC_BASE_URL=http://shares.example \
    STRIPE_API_BASE=http://127.0.0.1:8421 DATABASE_URL= LEDGER_HEADS_FILE=; do
    if production "$unsafe" .venv/bin/python manage.py check --verbosity 0 >/dev/null 2>&1; then
        echo "Production settings accepted $unsafe" >&2
        exit 1
    fi
done
