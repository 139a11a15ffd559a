#!/usr/bin/env bash
# How fast servers on ari are beside the same servers on Asio's coroutines, and what recording
# costs them: an echo server and a small HTTP/1.1 server, one thread each, over loopback.
#
#   tests/bench/net_speed.sh [BUILD_FOLDER] [SECONDS] [ROUNDS]     (build/release, 2, 9)
#
# For each: requests per second, and the processor time that the server spent on one, which
# depends less on what else the machine does. HTTP is loaded by wrk, echo by a client of our
# own. Each figure is the median of ROUNDS runs of SECONDS each, taken in turn so that the
# rest of the machine meets all alike; each ratio is the median of the rounds' own, because two
# minutes differ by more than the servers do. Client, server and, while recording, the thread that
# writes the log (its time is the server's) share the machine's processors.
# Installs wrk, libasio-dev and libhttp-parser-dev if they are missing. Fails if a client sees
# an error or a wrong answer.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
seconds=${2:-2}
rounds=${3:-9}
.ci/setup wrk libasio-dev libhttp-parser-dev
.ci/build "$(basename "$build")" ari-bench-server asio-bench-server ari-bench-echo-load
folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT

# PORT CONNECTIONS: requests per second; fails unless all was well.
load_http() {
  wrk -t1 -c"$2" -d"${seconds}s" "http://127.0.0.1:$1/" >"$folder/wrk"
  if grep -E 'Socket errors|Non-2xx' "$folder/wrk" >&2; then return 1; fi
  awk '/Requests\/sec/ { print $2 }' "$folder/wrk"
}
load_echo() { "$build/bin/ari-bench-echo-load" "$1" "$2" "$seconds"; }

# PROGRAM KIND CONNECTIONS [ARI]: one run; requests per second, microseconds of one.
run() {
  rm -f "$folder/port"
  (
    export ARI=${4:-}
    TIMEFORMAT='%U %S'
    trap '' INT  # for the server, which sets its own
    time "$build/bin/$1" "$2" >"$folder/port" 2>&3
  ) 3>&2 2>"$folder/time" &
  server=$!
  until [ -s "$folder/port" ]; do kill -0 $server && sleep 0.01; done
  rate=$("load_$2" "$(cat "$folder/port")" "$3")
  pkill -INT -P $server
  wait $server
  awk -v rate="$rate" -v seconds="$seconds" '
    { print rate, ($1 + $2) * 1e6 / (rate * seconds) }' "$folder/time"
}

middle() { sort -g | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
# COLUMN of FILE
median() { awk -v column="$1" '{ print $column }' "$2" | middle; }
# COLUMN of FILE to that of another
ratio() {
  paste -d ' ' "$2" "$3" | awk -v of="$1" '{ printf "%.2f\n", $of / $(of + 2) }' | middle
}

line='%-5s %6s   %8s %8s %6s   %8s %8s %6s   %8s %6s %8s %6s   %s\n'
printf "$line" '' conns ari/s asio/s ratio 'ari µs' 'asio µs' ratio \
  rec./s ratio 'rec. µs' ratio 'events in the last log'
for kind in echo http; do
  for connections in 64 512; do
    for _ in $(seq "$rounds"); do
      run ari-bench-server $kind $connections >>"$folder/ari"
      run asio-bench-server $kind $connections >>"$folder/asio"
      run ari-bench-server $kind $connections "jsonl:$folder/log.jsonl" >>"$folder/recorded"
      events=$(tail -n 1 "$folder/log.jsonl" | jq -r '"\(.events), lost \(.lost)"')
      rm "$folder/log.jsonl"
    done
    ari=$(median 1 "$folder/ari") ari_us=$(median 2 "$folder/ari")
    asio=$(median 1 "$folder/asio") asio_us=$(median 2 "$folder/asio")
    recorded=$(median 1 "$folder/recorded") recorded_us=$(median 2 "$folder/recorded")
    beside=("$folder/ari" "$folder/asio") recording=("$folder/recorded" "$folder/ari")
    printf "$line" $kind $connections "${ari%.*}" "${asio%.*}" "$(ratio 1 "${beside[@]}")" \
      "$(printf %.2f "$ari_us")" "$(printf %.2f "$asio_us")" "$(ratio 2 "${beside[@]}")" \
      "${recorded%.*}" "$(ratio 1 "${recording[@]}")" "$(printf %.2f "$recorded_us")" \
      "$(ratio 2 "${recording[@]}")" "$events"
    rm "$folder"/ari "$folder"/asio "$folder"/recorded
  done
done
