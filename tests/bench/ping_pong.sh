#!/usr/bin/env bash
# What recording costs a program that does nothing but wake and wait, and how large its log is.
#
#   tests/bench/ping_pong.sh [BURSTS] [ROUNDS] [BUILD_FOLDER]     (500, 5, build/release)
#
# The processor time of the program's thread a round of ping_pong_main.cc without and with a
# JSONL log, in turns, the median of ROUNDS runs each. The drain's time is not in it: it runs on
# another processor, and while it does the program has one less. Then bytes a line by kind, as they
# are and compressed as ARI=….zst does it (zstd level 1).
set -euo pipefail
cd "$(dirname "$0")/../.."
bursts=${1:-500}
rounds=${2:-5}
build=${3:-build/release}
.ci/build "$(basename "$build")" ari-bench-ping-pong
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=$build/bin/ari-bench-ping-pong
log=$folder/run.jsonl
for ((i = 0; i < rounds; ++i)); do
  "$program" "$bursts" >>"$folder/without"
  ARI=jsonl:$log "$program" "$bursts" >>"$folder/with"
done
median() { sort -g "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
awk -v without="$(median "$folder/without")" -v with="$(median "$folder/with")" \
  -v rounds="$(awk 'NR == 1 { print $2 }' "$folder/with")" \
  -v events="$(tail -n 1 "$log" | jq .events)" -v lost="$(tail -n 1 "$log" | jq .lost)" 'BEGIN {
    each = (events + lost) / rounds
    printf "a round: %.0f ns, recorded %.0f ns: %.1f events (%d lost), %.1f ns an event\n",
      without, with, each, lost, (with - without) / each
  }'
printf '%-28s %9s %8s %11s\n' lines number 'B a line' compressed
for kinds in enter exit 'clone|drop|wake|wake_by_ref' new close event \
  'enter|exit|close|clone|drop|wake|wake_by_ref' '[a-z_]+'; do
  grep -E "^.{39}\"k\":\"($kinds)\"" "$log" >"$folder/lines" || continue
  awk -v name="$kinds" -v lines="$(wc -l <"$folder/lines")" -v bytes="$(wc -c <"$folder/lines")" \
    -v packed="$(zstd -q1c "$folder/lines" | wc -c)" 'BEGIN {
      sub(/^clone.*/, "waker", name); sub(/.*clone.*/, "enter, exit, close, waker", name)
      if (index(name, "[")) name = "all"
      printf "%-28s %9d %8.1f %11.1f\n", name, lines, bytes / lines, packed / lines
    }'
done
