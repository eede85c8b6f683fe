# shellcheck shell=bash
# Running several commands of dev, one after the other, whatever each says. Sourced by dev and by .ci/run.

# run_parts COMMAND…: each a line of words for ./dev. At the end the minutes by step, and as the last line `N passed, N failed` of all.
run_parts() {
  local part log minutes start status=0 passed=0 failed=0 part_status part_passed part_failed
  log=$(mktemp) minutes=$(mktemp)
  for part in "$@"; do
    echo "== ./dev $part"
    start=$EPOCHREALTIME
    # shellcheck disable=SC2086 # a part is words
    ./dev $part </dev/null 2>&1 | tee "$log"
    part_status=${PIPESTATUS[0]}
    if read -r part_passed _ part_failed _ < <(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1); then
      ((passed += part_passed, failed += part_failed))
    else
      part_status=1
      ((++failed))
    fi
    ((part_status == 0)) || status=1
    minutes_of "$part" "$start" "$log" >>"$minutes"
  done
  echo "minutes by step"
  cat "$minutes"
  rm -f "$log" "$minutes"
  echo "$passed passed, $failed failed"
  return "$status"
}

# The minutes of a part, and below it those of its steps where it tells them: `ok  format  1.2 s  …`.
minutes_of() {
  awk -v part="$1" -v from="$2" -v to="$EPOCHREALTIME" '
    function row(name, seconds) { return sprintf("  %-30s %6.1f\n", name, seconds / 60) }
    /^(ok|FAIL) +[a-z]+ +[0-9.]+ s / { steps = steps row("  " $2, $3) }
    END { printf "%s%s", row(part, to - from), steps }' "$3"
}
