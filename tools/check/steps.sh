# shellcheck shell=bash
# The steps of `./dev check`. Sourced by dev, whose functions they use; each is a function step_NAME.

# In this order: what is quick and fails often comes first.
readonly steps=(format shell layers comments deciders docs headers install instructions clang tidy asan tsan)
# What takes too long for every change: asked for by name, and by ./dev release.
readonly long_steps=(analyzer coverage)
readonly check_dir=build/check

what_is() {
  case $1 in
    format) echo "C++ files are laid out as .clang-format says" ;;
    shell) echo "shellcheck has nothing to say" ;;
    layers) echo "includes point downwards, third parties and threads stay where they belong" ;;
    comments) echo "every public name has a doc comment, and no Result can be ignored unnoticed" ;;
    deciders) echo "each file that decides has tests of its own" ;;
    coverage) echo "which reach its lines by themselves (long: asked for by name)" ;;
    docs) echo "links lead somewhere" ;;
    headers) echo "each public header compiles alone, with both compilers, and pulls in nothing heavy" ;;
    install) echo "an installed library is found, linked and run by another project" ;;
    instructions) echo "a message costs no more instructions than bench/instructions/expected.txt says, and 5 %" ;;
    clang) echo "everything compiles with clang without a warning" ;;
    tidy) echo "clang-tidy finds no bug in the library and the program" ;;
    analyzer) echo "nor does clang's analyzer, which follows their paths (long: asked for by name)" ;;
    asan) echo "all tests and fuzz seeds under AddressSanitizer and UndefinedBehaviorSanitizer" ;;
    tsan) echo "the tests that use threads under ThreadSanitizer" ;;
  esac
}

step_format() { cpp_files | xargs -0 -r "$format" --dry-run -Werror; }

# Files that others source have no #! and are read with those.
step_shell() {
  local -a scripts
  mapfile -t scripts < <(git ls-files -z -- '*.sh' | xargs -0 grep -l '^#!')
  shellcheck -x dev .ci/run "${scripts[@]}"
}

step_layers() { python3 tools/check/layers.py; }

step_comments() { python3 tools/check/comments.py; }

step_deciders() { python3 tools/check/own_tests.py; }

step_coverage() {
  local -a programs
  mapfile -t programs < <(python3 tools/check/own_tests.py --programs)
  build coverage --target "${programs[@]}" && python3 tools/check/own_tests.py build/coverage
}

step_docs() { python3 tools/check/docs.py; }

step_headers() { python3 tools/check/headers.py; }

# Counted in a release build: what users get.
step_instructions() {
  need bench &&
    build bench --target zenws_instructions &&
    python3 bench/instructions/check.py build/bench/bench/instructions/zenws_instructions
}

# The sanitizer's tree is a build of everything with clang, warnings as errors: no second one is made.
step_clang() { build asan -- -k 0; }

step_tidy() { read_by_tidy tidy bugprone-use-after-move; }

step_analyzer() { read_by_tidy analyzer clang-analyzer-core.NullDereference; }

# read_by_tidy PRESET CHECK: CHECK must find its bug in tidy_proof.cpp. Ninja does not know that .clang-tidy decides too.
read_by_tidy() {
  local tree
  tree=$(tree_of "$1")
  [[ $tree/.configured -nt .clang-tidy ]] || rm -rf "$tree"
  configure "$1" && tidy_sees_what_is_included "$tree" "$2" && build "$1" -- -k 0
}

# In a unity build clang-tidy meets every file of ours as an included one: it must look there too.
tidy_sees_what_is_included() {
  local proof=$1/proof.cpp said
  echo "#include \"$PWD/tools/check/tidy_proof.cpp\"" >"$proof"
  said=$(clang-tidy-19 --quiet "$proof" -- -std=c++23 2>&1)
  [[ $said == *"$2"* ]] && return 0
  say "clang-tidy overlooked a bug in tools/check/tidy_proof.cpp: $said"
  return 1
}

step_asan() { build asan && run_tests asan; }

step_tsan() { build tsan && run_tests tsan; }

step_install() {
  local prefix=$PWD/$check_dir/prefix consumer=$check_dir/consumer
  rm -rf "$prefix" "$consumer"
  build dev &&
    cmake --install build/dev --prefix "$prefix" &&
    cmake -S tests/install -B "$consumer" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON &&
    cmake --build "$consumer" -j "$jobs" &&
    ctest --test-dir "$consumer" --output-on-failure &&
    cmake -S tests/install -B "$consumer-sub" -G Ninja -DZENWS_SOURCE_DIR="$PWD" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON
}

# Runs one step: one line, and what it said when it failed.
run_step() {
  local step=$1 log=$check_dir/$1.log start=$EPOCHREALTIME
  local verdict=ok status=0
  ("step_$step") >"$log" 2>&1 </dev/null || { verdict=FAIL && status=1; }
  awk -v v="$verdict" -v s="$step" -v t="$(seconds_since "$start")" -v w="$(what_is "$step")" \
    'BEGIN { printf "%-4s  %-12s %6.1f s  %s\n", v, s, t, w }'
  ((status == 0)) || sed 's/^/      /' "$log"
  return "$status"
}

seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { print to - from }'; }

check() {
  local step passed=0 failed=0
  if [[ ${1:-} == --list ]]; then
    for step in "${steps[@]}" "${long_steps[@]}"; do printf '%-12s %s\n' "$step" "$(what_is "$step")"; done
    return 0
  fi
  local -a wanted=("$@")
  ((${#wanted[@]})) || wanted=("${steps[@]}")
  for step in "${wanted[@]}"; do
    declare -F "step_$step" >/dev/null || die "no step $step; there are: ${steps[*]} ${long_steps[*]}"
  done
  need build test check
  mkdir -p "$check_dir"
  for step in "${wanted[@]}"; do
    if run_step "$step"; then ((++passed)); else ((++failed)); fi
  done
  echo "$passed passed, $failed failed"
  ((failed == 0))
}
