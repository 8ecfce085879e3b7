#!/usr/bin/env bash
# Makes dist/reachline-VERSION-macos-ARCH.dmg, from scratch.
#
#   resources/installer/macos/make.sh
#
# Two switches, both off where they are empty:
#   REACHLINE_SIGN_IDENTITY      a "Developer ID Application: …" of the keychain: signs, with the hardened runtime
#   REACHLINE_NOTARY_PROFILE     a profile kept by `xcrun notarytool store-credentials`: has Apple look at it, staples the ticket
set -euo pipefail
cd "$(dirname "$0")/../../.."

python3 resources/installer/folder.py
version=$(dist/reachline/reachline --version | head -n 1 | cut -d ' ' -f 2)
program=dist/Reachline.app
image=dist/reachline-$version-macos-$(uname -m).dmg

if [ -n "${REACHLINE_SIGN_IDENTITY:-}" ]; then
  # PyInstaller has signed every library; the licences came into the bundle afterwards, so its seal is made anew.
  codesign --force --options runtime --timestamp --entitlements resources/installer/macos/entitlements.plist \
    --sign "$REACHLINE_SIGN_IDENTITY" "$program"
else
  # Apple's own processors start nothing without a seal; this one names nobody.
  codesign --force --deep --sign - "$program"
fi
codesign --verify --deep --strict "$program"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$program" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname Reachline -srcfolder "$folder" -fs HFS+ -format UDZO -ov "$image"

if [ -n "${REACHLINE_SIGN_IDENTITY:-}" ]; then
  codesign --timestamp --sign "$REACHLINE_SIGN_IDENTITY" "$image"
fi
if [ -n "${REACHLINE_NOTARY_PROFILE:-}" ]; then
  xcrun notarytool submit "$image" --keychain-profile "$REACHLINE_NOTARY_PROFILE" --wait
  xcrun stapler staple "$image"
fi
ls -l "$image"
