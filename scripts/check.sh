#!/bin/sh
# Everything that can be judged without running the site. Each line says what it is before it runs.
set -eu
export COMMONWEAL_ENV=development
bin=.venv/bin

step() { echo "· $1"; }

step "style"
$bin/ruff check --quiet .
$bin/ruff format --quiet --check .
step "spelling"
git ls-files '*.py' '*.md' '*.html' '*.txt' | grep -v -e '^tests/stripe_spec/' | xargs $bin/codespell --ignore-words .codespell-ignore
step "templates"
git ls-files '*.html' | xargs $bin/djade --check --target-version 5.2
$bin/djlint --quiet --lint templates standin
step "layers"
$bin/lint-imports --no-cache
step "types"
$bin/mypy
$bin/mypy --config-file standin/mypy.ini -p standin
step "migrations"
$bin/python manage.py makemigrations --check --dry-run --verbosity 0
step "settings"
$bin/python manage.py check --verbosity 0
step "deployment"
scripts/check-deploy.sh
step "API document"
$bin/python manage.py spectacular --validate --fail-on-warn --file /dev/null
echo "All checks pass."
