# shellcheck shell=bash
# Debian's packages: installing what packages.txt names, or unpacking it below build/. Sourced by dev.

# Programs whose packages would switch a service on are unpacked here; bin/ has a script that starts each.
readonly unpacked=$PWD/build/packages

# The codename of the Debian this is, empty elsewhere.
this_release() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null; }

# packages_of installed|unpacked GROUP…: their names in this release, minus those whose program is there already.
packages_of() {
  local wanted_kind=$1 release line group='' name kind there
  release=$(this_release)
  shift
  local groups=" $* "
  while read -r line; do
    line=${line%%#*}
    # shellcheck disable=SC2086 # split into words on purpose
    set -- $line
    case ${1:-} in
      '') continue ;;
      '['*) group=${1//[][]/} && continue ;;
    esac
    name=$1 kind=installed there=''
    shift
    while (($#)); do
      case $1 in
        unless) there=$2 && shift ;;
        unpacked) kind=unpacked ;;
        "$release"=*) name=${1#*=} ;;
      esac
      shift
    done
    [[ $groups == *" $group "* && $kind == "$wanted_kind" ]] || continue
    [[ -n $there ]] && command -v "$there" >/dev/null && continue
    echo "$name"
  done <packages.txt | awk '!told[$0]++'
}

# Those of the packages given that are not installed. One dpkg-query, whatever their number.
not_installed() {
  local installed package
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null)
  for package in "$@"; do
    grep -qx "installed $package" <<<"$installed" || echo "$package"
  done
}

# Brings what is missing of the groups given.
need() {
  command -v dpkg-query >/dev/null || return 0 # not Debian: whoever builds there brings the packages
  local -a wanted missing
  mapfile -t wanted < <(packages_of installed "$@")
  mapfile -t missing < <(not_installed "${wanted[@]}")
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
  mapfile -t wanted < <(packages_of unpacked "$@")
  ((${#wanted[@]} == 0)) || unpack_packages "${wanted[@]}"
}

# How to become root, into the array `root`; fails where there is no way.
find_root() {
  root=()
  ((EUID != 0)) || return 0
  if sudo -n true 2>/dev/null; then
    root=(sudo -n)
  elif command -v sudo >/dev/null && [[ -t 0 ]]; then
    root=(sudo)
  else
    return 1
  fi
}

install_packages() {
  local install="apt-get install -y --no-install-recommends $*"
  local -a root
  find_root || die "packages are missing, and installing them needs root. Run this as root, then again what you ran:
  apt-get update && $install"
  say "installing $*"
  local log
  log=$(mktemp)
  if ! { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
    </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    die "the packages could not be installed; by hand: apt-get update && $install"
  fi
  rm -f "$log"
}

# Unpacks packages, with all that they need and this system has not: nothing is set up, so no service starts, now or at boot.
# Without them the tests that start their programs are skipped.
unpack_packages() {
  local -a missing debs root
  mapfile -t missing < <(not_installed "$@")
  ((${#missing[@]})) || return 0
  [[ $(cat "$unpacked/unpacked" 2>/dev/null) == "${missing[*]}" ]] && return 0
  say "unpacking ${missing[*]} in build/packages"
  rm -rf "$unpacked"
  mkdir -p "$unpacked/debs" "$unpacked/root" "$unpacked/bin"
  if ! download_packages "${missing[@]}" 2>"$unpacked/log"; then
    if ! { find_root && "${root[@]}" apt-get update && download_packages "${missing[@]}"; } </dev/null >"$unpacked/log" 2>&1; then
      say "${missing[*]} could not be fetched, what needs them is skipped: $(tail -n 3 "$unpacked/log")"
      return 0
    fi
  fi
  local deb package
  for deb in "$unpacked"/debs/*.deb; do dpkg-deb -x "$deb" "$unpacked/root" || die "$deb cannot be unpacked"; done
  for package in "${missing[@]}"; do write_starters "$unpacked/debs/${package}"_*.deb; done
  rm -rf "$unpacked/debs"
  echo "${missing[*]}" >"$unpacked/unpacked"
}

# Fetches the packages given and what apt would install with them; not what it would only renew.
download_packages() {
  local simulated
  local -a debs
  simulated=$(apt-get install --simulate --no-install-recommends "$@") || return 1
  mapfile -t debs < <(awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }' <<<"$simulated")
  (cd "$unpacked/debs" && apt-get download "${debs[@]}" >/dev/null)
}

# A script for each program of a package file, which lets it find the libraries that were unpacked with it.
write_starters() {
  local program starter machine
  machine=$(uname -m)-linux-gnu
  while read -r program; do
    starter=$unpacked/bin/$(basename "$program")
    cat >"$starter" <<STARTER
#!/bin/sh
root=\${0%/*}/../root
LD_LIBRARY_PATH=\$root/usr/lib/$machine:\$root/lib/$machine exec "\$root/$program" "\$@"
STARTER
    chmod +x "$starter"
  done < <(dpkg-deb --fsys-tarfile "$1" | tar --list | grep -E '^\./usr/s?bin/.')
}
