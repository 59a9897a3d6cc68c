#!/bin/sh
# A linker that links nothing: keeps the objects, which rustc would delete, and writes down the arguments.
folder=$(dirname "$0")
mkdir -p "$folder/kept"
: > "$folder/arguments.txt"
previous=""
for argument in "$@"; do
    [ "$previous" = "-o" ] && echo stub > "$argument"
    previous="$argument"
    case "$argument" in
        *.o) cp "$argument" "$folder/kept/"; echo "$folder/kept/$(basename "$argument")" ;;
        *) echo "$argument" ;;
    esac >> "$folder/arguments.txt"
done
