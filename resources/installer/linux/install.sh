#!/bin/sh
# Menu entry, icons and the command for this user, of a folder that was unpacked anywhere; no administrator needed.
#
#   ./install.sh             installs
#   ./install.sh --remove    takes all of it away again; profiles and the folder itself stay
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
command=$HOME/.local/bin/reachline

# Desktops look for commands in other folders than terminals do. Quoted for `Exec` as the Desktop Entry Specification
# asks: as in a shell, then as a string of the file; a percent sign stands for itself when doubled.
write_entry() {
  program=$(printf '%s' "$here/reachline" | sed 's/["`$\\]/\\&/g; s/\\/\\\\/g; s/%/%%/g')
  while IFS= read -r line; do
    case $line in
      Exec=reachline*) printf 'Exec="%s"%s\n' "$program" "${line#Exec=reachline}" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < "$here/share/applications/reachline.desktop" > "$data/applications/reachline.desktop"
}

(cd "$here/share" && find . -type f) | while IFS= read -r file; do
  if [ "${1:-}" = --remove ]; then
    rm -f "$data/$file"
  else
    mkdir -p "$data/$(dirname "$file")"
    cp "$here/share/$file" "$data/$file"
  fi
done
if [ "${1:-}" = --remove ]; then
  rm -f "$command"
else
  mkdir -p "$(dirname "$command")"
  ln -sf "$here/reachline" "$command"
  write_entry
fi
# Desktops that keep a list of what is there.
if command -v update-desktop-database > /dev/null; then
  update-desktop-database "$data/applications"
fi
if command -v gtk-update-icon-cache > /dev/null; then
  gtk-update-icon-cache --quiet --ignore-theme-index --force "$data/icons/hicolor"
fi
