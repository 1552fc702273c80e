#!/bin/sh
# Makes .venv exactly as requirements.lock says, or does nothing when it already is.
set -eu

stamp=.venv/.lock-installed
if [ -f "$stamp" ] && cmp -s requirements.lock "$stamp"; then exit 0; fi

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed (set PYTHON to use another one than python3)." >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing the system package python3-venv"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    else
        echo "Python's venv module is missing. Ask an administrator to run:  apt-get install python3-venv" >&2
        exit 1
    fi
fi
echo "Setting up the Python environment in .venv"
[ -x .venv/bin/python ] || "$python" -m venv .venv
if [ ! -x .uv/bin/uv ]; then
    "$python" -m venv .uv
    .uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
fi
.uv/bin/uv pip sync --quiet --python .venv/bin/python requirements.lock
cp requirements.lock "$stamp"
