#!/bin/sh
# A .env with passwords of its own: sh deploy/make-env.sh > .env
set -eu
umask 077
cd "$(dirname "$0")/.."
while IFS= read -r line; do
  case $line in
    *=GENERATED) echo "${line%GENERATED}$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" ;;
    *) echo "$line" ;;
  esac
done < .env.example
