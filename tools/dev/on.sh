# shellcheck shell=bash
# `./dev on RELEASE`: any command in a clean Debian, made by debootstrap below build/roots. Sourced by dev.

on_usage="usage: ./dev on bookworm|trixie [--clean] COMMAND…   (--clean makes the root anew)"

on() {
  local release=${1:-}
  [[ $release == bookworm || $release == trixie ]] || die "$on_usage"
  shift
  local root=$PWD/build/roots/$release
  require_roots
  if [[ ${1:-} == --clean ]]; then
    rm -rf --one-file-system "$root"
    shift
  fi
  (($#)) || die "$on_usage"
  [[ -d $root ]] || make_root "$release" "$root"
  copy_checkout "$root/zenws" || die "the checkout could not be copied to $root/zenws"
  in_namespace bash tools/dev/enter_root.sh "$root" "$@"
}

# What is mounted and started in there ends with it, and it ends with us, however we end: nothing needs undoing.
in_namespace() { setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child "$@"; }

require_roots() {
  ((EUID == 0)) || die "making and entering another Debian needs root: sudo ./dev on …"
  in_namespace true 2>/dev/null ||
    die "no mounts can be made here, as in an unprivileged container: it needs CAP_SYS_ADMIN (docker run --privileged)"
  need roots
  command -v debootstrap >/dev/null || die "debootstrap is missing; your distribution has it as a package of that name"
}

# archive_of SUITE: where this machine fetches that suite from, by apt's own sources, Debian's before others.
archive_of() {
  local -a lists=()
  local list
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/*; do
    [[ -f $list ]] && lists+=("$list")
  done
  awk -v suite="$1" '
    function found(uri) { if (uri ~ /^https?:/) { print uri; exit } }
    $1 == "deb" { sub(/\[[^]]*\] */, ""); if ($3 == suite) found($2) }
    $1 == "URIs:" { uri = $2 }
    $1 == "Suites:" { for (i = 2; i <= NF; i++) if ($i == suite) found(uri) }' "${lists[@]}"
}

# make_root RELEASE FOLDER: the least Debian that has apt, with this machine's archive and its ways to reach it.
make_root() {
  local release=$1 folder=$2 here archive security
  here=$(this_release)
  archive=${ZENWS_DEBIAN_ARCHIVE:-$(archive_of "$here")}
  security=$(archive_of "$here-security")
  grep -qx 'ID=debian' /etc/os-release || [[ -n ${ZENWS_DEBIAN_ARCHIVE:-} ]] || archive=''
  [[ -n $archive ]] || die "apt's sources name no Debian archive; say one: ZENWS_DEBIAN_ARCHIVE=http://…/debian ./dev on …"
  say "making a clean $release in ${folder#"$PWD/"}"
  rm -rf --one-file-system "$folder.new"
  mkdir -p "$folder.new"
  quietly in_namespace debootstrap --variant=minbase "$release" "$folder.new" "$archive" || die "debootstrap failed"
  {
    echo "deb $archive $release main"
    echo "deb $archive $release-updates main"
    [[ -z $security ]] || echo "deb $security $release-security main"
  } >"$folder.new/etc/apt/sources.list"
  apt-config dump | grep '^Acquire::' >"$folder.new/etc/apt/apt.conf.d/90host"
  echo force-unsafe-io >"$folder.new/etc/dpkg/dpkg.cfg.d/quick" # no disk is waited for after each file; a root is made anew
  [[ ! -d /usr/local/share/ca-certificates ]] || cp -r /usr/local/share/ca-certificates "$folder.new/usr/local/share/"
  mv "$folder.new" "$folder"
}

# Copies what git has or would take. Files that are equal stay, so that a second run builds only what has changed.
copy_checkout() {
  local to=$1 file
  mkdir -p "$to"
  git -C "$to" init -q || return 1
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do
      if [[ ! -e $file ]] || cmp -s "$file" "$to/$file"; then continue; fi
      mkdir -p "$to/$(dirname "$file")" && cp --preserve=mode "$file" "$to/$file" || return 1
    done || return 1
  git -C "$to" ls-files -z | while IFS= read -r -d '' file; do
    [[ -e $file ]] || rm -f "$to/$file"
  done
  git -C "$to" add -A # the checks ask git which files are ours
}
