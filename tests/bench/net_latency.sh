#!/usr/bin/env bash
# What recording costs the clients of a server that is not at its limit: an echo server on ari, one
# thread, over loopback, with messages coming at a given rate whether it keeps up or not.
#
#   tests/bench/net_latency.sh [BUILD_FOLDER] [SECONDS] [ROUNDS] [RATE…]   (build/release, 3, 5, 20000 40000 60000)
#
# For each rate: messages answered per second, and the microseconds that half of them, 99 % and 99.9 %
# took at most, counted from when they were due; unrecorded and recorded to JSONL in turn, each figure
# the median of ROUNDS runs of SECONDS each. 64 connections; client, server and, while recording, the
# thread that writes the log share the machine's processors. Fails if the client sees an error.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
seconds=${2:-3}
rounds=${3:-5}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- 20000 40000 60000
.ci/build "$(basename "$build")" ari-bench-server ari-bench-echo-load
folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT

# RATE [ARI]: one run's figures.
run() {
  ARI=${2:-} "$build/bin/ari-bench-server" echo >"$folder/port" &
  server=$!
  until [ -s "$folder/port" ]; do kill -0 $server && sleep 0.01; done
  "$build/bin/ari-bench-echo-load" "$(cat "$folder/port")" 64 "$seconds" "$1"
  kill -INT $server
  wait $server
  rm "$folder/port"
}

# COLUMN of FILE
median() {
  awk -v column="$1" '{ print $column }' "$2" | sort -g |
    awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

line='%8s %-10s %10s %7s %7s %7s   %s\n'
printf "$line" rate '' answered/s '50 %' '99 %' '99.9 %' 'events in the last log'
for rate in "$@"; do
  for _ in $(seq "$rounds"); do
    run "$rate" >>"$folder/unrecorded"
    run "$rate" "jsonl:$folder/log.jsonl" >>"$folder/recorded"
    events=$(tail -n 1 "$folder/log.jsonl" | jq -r '"\(.events), lost \(.lost)"')
    rm "$folder/log.jsonl"
  done
  for of in unrecorded recorded; do
    figures=()
    for column in 1 2 3 4; do figures+=("$(median $column "$folder/$of")"); done
    printf "$line" "$rate" $of "${figures[@]}" "$([ $of = unrecorded ] || echo "$events")"
    rm "$folder/$of"
  done
done
