# shellcheck shell=bash
# `./dev bench ab REV`: an older revision and this checkout, measured beside each other. Sourced by dev.

readonly ab_programs=(bench_server versus_zenws zenws_instructions)

bench_ab() {
  local revision=${1:-} commit tree
  [[ -n $revision && $revision != -* ]] || die "usage: ./dev bench ab REV [--pairs N] [--only receive|send|echo]"
  shift
  commit=$(git rev-parse --verify --quiet "$revision^{commit}") || die "no revision $revision"
  need build bench check
  tree=build/ab/$commit
  if [[ ! -d $tree ]]; then
    git worktree prune
    git worktree add --detach "$tree" "$commit" >&2 || return 1
  fi
  say "building $revision"
  (cd "$tree" && build bench --target "${ab_programs[@]}") || die "$revision does not build; its tree is $tree"
  say "building this checkout"
  build bench --target "${ab_programs[@]}" || return 1
  python3 bench/ab/ab.py --old "$tree/build/bench/bench" --new build/bench/bench "$@"
}
