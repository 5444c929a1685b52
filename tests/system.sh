#!/bin/sh
# Installs what the tests need from the system when apt and root are at hand; else says what goes without.
set -u
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v msgmerge >/dev/null 2>&1 || missing="$missing gettext"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing from the system's packages:$missing"
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null && exit 0
    echo "apt-get could not install:$missing"
fi
for name in $missing; do
    case $name in
        postgresql) echo "SKIPPED: the PostgreSQL suite, because PostgreSQL is not installed (apt-get install postgresql)." ;;
        chromium) echo "SKIPPED: the browser suite, because Chromium is not installed (apt-get install chromium)." ;;
        gettext) echo "SKIPPED: the law of translations in part, because gettext is not installed (apt-get install gettext)." ;;
    esac
done
[ -z "${CI:-}" ]
