# shellcheck shell=bash
# The simulated world: ./dev sim. Sourced by dev, whose functions it uses.

readonly planted_dir=build/planted
readonly most_seeds_for_planted=1000

sim() {
  local what=${1:-} with=${2:-}
  if [[ $what =~ ^[0-9]+$ && ${with:---shorten} == --shorten ]]; then
    sim_one "$what" "${with:+1}"
  elif [[ $what =~ ^([0-9]+)-([0-9]+)$ ]]; then
    sim_many "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  elif [[ $what == --seeds && $with =~ ^[1-9][0-9]*$ ]]; then
    sim_many 1 "$with"
  elif [[ $what == --for && $with =~ ^([1-9][0-9]*)([sm])$ ]]; then
    sim_for $((BASH_REMATCH[1] * ($([[ ${BASH_REMATCH[2]} == m ]] && echo 60 || echo 1))))
  elif [[ $what == --planted ]]; then
    sim_planted "${@:2}"
  else
    die "sim: SEED [--shorten], FIRST-LAST, --seeds N, --for 10m, or --planted [NAME…]"
  fi
}

build_sim() {
  need build test
  build sim --target sim_tests
}

# sim_run TREE TEST
sim_run() {
  "$1/tests/sim_tests" --gtest_also_run_disabled_tests --gtest_brief=1 --gtest_filter="DISABLED_Seeds.$2"
}

sim_one() {
  build_sim || return 1
  ZENWS_SEED=$1 ZENWS_SHORTEN=${2:-0} sim_run build/sim one
}

# A process a core; each takes every n-th seed.
sim_many() {
  build_sim || return 1
  local -a running=()
  local i status=0
  for ((i = 0; i < jobs; ++i)); do
    ZENWS_FIRST=$(($1 + i)) ZENWS_STEP=$jobs ZENWS_LAST=$2 sim_run build/sim many &
    running+=($!)
  done
  for i in "${running[@]}"; do wait "$i" || status=1; done
  return "$status"
}

# From a seed on that nobody has tried yet.
sim_for() {
  local first=$((SRANDOM * 1000))
  say "seeds from $first on"
  ZENWS_SECONDS=$1 sim_many "$first" $((first + 1000000000))
}

# Each fault of tests/sim/planted/, in a copy of the sources, must be found.
sim_planted() {
  local -a patches=("${@/%/.patch}")
  (($# > 0)) || mapfile -t patches < <(cd tests/sim/planted && ls -- *.patch)
  need build test
  rm -rf "$planted_dir"
  mkdir -p "$planted_dir"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$planted_dir" || return 1
  local patch status=0
  for patch in "${patches[@]}"; do
    find_planted "$patch" || status=1
  done
  return "$status"
}

find_planted() {
  local patch=$PWD/tests/sim/planted/$1 said
  patch -d "$planted_dir" -p1 -s <"$patch" || die "sim: $1 does not apply"
  (cd "$planted_dir" && ./dev build sim) || return 1
  said=$(ZENWS_LAST=$most_seeds_for_planted sim_run "$planted_dir/build/sim" many) && said=
  patch -d "$planted_dir" -p1 -s -R <"$patch"
  if [[ -z $said ]]; then
    echo "MISSED $1 by $most_seeds_for_planted seeds"
    return 1
  fi
  sed -n 's/^\([0-9]*\) seeds, .*/found  '"$1"' by seed \1/p' <<<"$said"
  sed -n '/^seed [0-9]*$/{n;s/^/       /;p;q}' <<<"$said"
}
