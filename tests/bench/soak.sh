#!/usr/bin/env bash
# A long run at full load: is memory flat, and is every event in the log or counted as lost?
#
#   tests/bench/soak.sh [MINUTES] [THREADS] [BUILD_FOLDER]     (10, 2, build/release)
#
# A third of the time the threads record as fast as they can, most of which finds the ring full and
# is dropped and counted (`polls` of full_load_main.cc); a third of it they do so with tasks that
# end after one poll (`churn`), with a text log and one in parts beside it; a third of it they wait
# instead (when-full=block) and make and end tasks all the time. The log goes through a pipe into
# ari-replay, so the disk does not fill. Fails unless the program's own count is what the replay
# read plus what it read of losses, nothing was skipped, and the program's memory (resident, every
# two seconds) in the second half of a run is at most 2 MiB above the first.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-10}
threads=${2:-2}
build=${3:-build/release}
.ci/build "$(basename "$build")" ari-bench-full-load ari-replay
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# NAME of a number in the replay's coverage
coverage() { jq ".coverage.$1" "$folder/summary"; }

# PROCESS: its resident memory, KiB, every two seconds until it is gone.
watch_memory() {
  while awk '/VmRSS/ { print $2; found = 1 } END { exit !found }' "/proc/$1/status" 2>/dev/null; do
    sleep 2
  done
}

# LOAD ARI_OPTIONS: one run; a line of figures.
soak() {
  local load=$1 options=$2 seconds=$((minutes * 20))
  rm -f "$folder/log"
  mkfifo "$folder/log"
  "$build/bin/ari-replay" summary --format json "$folder/log" >"$folder/summary" &
  local replay=$!
  ARI="jsonl:$folder/log$options" "$build/bin/ari-bench-full-load" "$seconds" "$threads" "$load" \
    >"$folder/count" &
  local program=$!
  watch_memory "$program" >"$folder/memory"
  wait "$program"
  wait "$replay" || [ $? -eq 1 ]
  local own recorded lost
  own=$(cat "$folder/count") recorded=$(coverage events) lost=$(coverage events_lost)
  read -r first second < <(awk '
    { all[NR] = $1 }
    END {
      for (i = 2; i <= NR; ++i) { half = i * 2 > NR; if (all[i] > most[half]) most[half] = all[i] }
      print most[0], most[1]
    }' "$folder/memory")
  printf '%-6s %-16s %4d s  own %d = read %d + lost %d  (%.1f M/s read)  RSS %d, then %d KiB\n' \
    "$load" "$(echo "${options:-drop}" | sed "s|$folder/||g")" "$seconds" "$own" "$recorded" "$lost" \
    "$(awk "BEGIN { print $recorded / $seconds / 1e6 }")" "$first" "$second"
  [ "$own" -eq $((recorded + lost)) ] || { echo 'soak: events are missing' >&2; exit 1; }
  [ "$(coverage lines_skipped)" -eq 0 ] && [ "$(coverage orderly_end)" = true ] ||
    { echo 'soak: the log is damaged' >&2; exit 1; }
  [ "$second" -le $((first + 2048)) ] || { echo 'soak: memory grows' >&2; exit 1; }
}

soak polls ''
soak churn ",text:/dev/null,jsonl:$folder/parts.jsonl,max=10M,keep=2"
soak tasks ',when-full=block'
