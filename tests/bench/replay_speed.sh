#!/bin/sh
# How fast `ari-replay summary` is, beside what everybody has: `wc -l`, which only counts
# lines, and `jq .`, which parses every line and does nothing with it.
#
#   tests/bench/replay_speed.sh [BUILD_FOLDER] [SIZE]     (build/release, 256M)
#
# Then how soon `show` has something to say of such a file, and how much memory `summary` and
# `show` take for all of it: neither may grow with the file.
#
# Prints for each the best of three runs over the same file, which is in the page cache,
# and its time as a multiple of ari-replay's. jq runs over a sixteenth of the lines and
# once only, because it takes that long; its speed is what counts.
set -eu

build=${1:-build/release}
size=${2:-256M}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
log=$folder/run.jsonl
"$build/bin/ari-bench-generate" "$size" >"$log"
bytes=$(wc -c <"$log")
lines=$(wc -l <"$log")

# Seconds that a command takes, from the wall clock.
seconds() {
  start=$(date +%s.%N)
  "$@" >/dev/null
  end=$(date +%s.%N)
  awk -v start="$start" -v end="$end" 'BEGIN { print end - start }'
}

best_of_three() {
  { seconds "$@"; seconds "$@"; seconds "$@"; } | sort -g | head -n 1
}

# NAME, SECONDS and how many BYTES they were for.
report() {
  awk -v name="$1" -v seconds="$2" -v bytes="$3" -v ours="$ours" 'BEGIN {
    speed = bytes / seconds / 1e9
    printf "%-22s %8.3f s  %7.3f GB/s  %7.2f x the speed of ari-replay\n",
      name, seconds, speed, speed / ours
  }'
}

replay=$(best_of_three "$build/bin/ari-replay" summary "$log")
ours=$(echo "$bytes / $replay / 1000000000" | bc -l)
echo "$lines lines, $bytes bytes, $((bytes / lines)) bytes a line"
report "ari-replay summary" "$replay" "$bytes"
report "wc -l" "$(best_of_three wc -l "$log")" "$bytes"
if command -v jq >/dev/null; then
  head -n "$((lines / 16))" "$log" >"$folder/part.jsonl"
  report "jq ." "$(seconds jq . "$folder/part.jsonl")" "$(wc -c <"$folder/part.jsonl")"
else
  echo "jq is not installed: not compared"
fi

# Milliseconds until the first line is there.
first_answer() {
  start=$(date +%s%N)
  "$build/bin/ari-replay" show "$log" | head -n 1 >"$folder/first"
  echo "$((($(date +%s%N) - start) / 1000000))"
}

# The most memory that a command ever held, in MB.
peak() {
  python3 - "$@" <<'END'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000)
END
}

echo "ari-replay show        $(first_answer) ms to the first line, $(peak "$build/bin/ari-replay" show "$log") MB at most"
echo "ari-replay summary     $(peak "$build/bin/ari-replay" summary "$log") MB at most"
