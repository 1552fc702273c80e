#!/bin/sh
# Makes sure that the system libraries and programs are there, and says what it does.
# Usage: system-packages.sh run     what the site itself needs (PDFs)
#        system-packages.sh test    that, and what the tests need (a browser, and readers of PDFs and journals)
set -eu

have_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
have_program() { command -v "$1" >/dev/null 2>&1; }

missing=""
have_library libpango-1.0.so.0 || missing="$missing libpango-1.0-0"
have_library libpangoft2-1.0.so.0 || missing="$missing libpangoft2-1.0-0"
have_library libharfbuzz-subset.so.0 || missing="$missing libharfbuzz-subset0"
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing="$missing fonts-dejavu-core"
if [ "${1:-run}" = test ]; then
    # The browser's driver brings a Node of its own, which wants this one.
    have_library libatomic.so.1 || missing="$missing libatomic1"
    have_program chromium || missing="$missing chromium"
    have_program hledger || missing="$missing hledger"
    have_program ledger || missing="$missing ledger"
    have_program qpdf || missing="$missing qpdf"
    have_program pdftoppm || missing="$missing poppler-utils"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && have_program apt-get; then
    echo "Installing system packages:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif have_program sudo && sudo -n true 2>/dev/null && have_program apt-get; then
    echo "Installing system packages with sudo:$missing"
    sudo -n apt-get update -qq
    # shellcheck disable=SC2086
    sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "These system packages are missing, and this user may not install them:$missing" >&2
    echo "Ask an administrator to run:  apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
