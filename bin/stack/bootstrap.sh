# Shared by the commands in bin/: finds a Python that is new enough and hands over to it.
# Works with the bash 3.2 of macOS.

root="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)"

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    printf 'Hark needs Python 3.11 or newer; found: %s.\n' \
        "$(python3 --version 2>/dev/null || printf 'no python3 at all')" >&2
    return 1
}

# start COMMAND LOCKFILE [ARGUMENT...]
start() {
    local python
    python="$(find_python)" || exit 1
    exec "$python" -I "$root/bin/stack/bootstrap.py" "$@"
}
