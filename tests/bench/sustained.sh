#!/usr/bin/env bash
# What one record costs the program, in bursts and in the long run, on 1 and 2 threads: ari beside
# spdlog's async logger and LTTng-UST, all in one run, and beside what it cannot be below.
#
#   tests/bench/sustained.sh [SECONDS] [ROUNDS] [BUILD_FOLDER]     (4, 3, build/release)
#
# Each figure is the median of ROUNDS runs, taken in turn so that the rest of the machine meets all
# alike; load.h says what is measured. Every logger writes to a file that is bounded to 64 or 128 MiB:
# ari JSONL, spdlog lines, LTTng its binary trace, in four sub-buffers of 1 MiB a processor.
# Installs libspdlog-dev, liblttng-ust-dev and lttng-tools if they are missing; starts a session
# daemon of its own, without the kernel's tracer, and ends it.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-4}
rounds=${2:-3}
build=${3:-build/release}
.ci/setup libspdlog-dev liblttng-ust-dev lttng-tools
.ci/build "$(basename "$build")" sustained
bin=$PWD/$build/bin
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
folder=$(mktemp -d)
export LTTNG_HOME=$folder LTTNG_UST_ALLOW_BLOCKING=1
daemon=
finish() {
  [ -z "$daemon" ] || { kill "$daemon"; while kill -0 "$daemon" 2>/dev/null; do sleep 0.1; done; }
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

lttng-sessiond --no-kernel --background --pidfile "$folder/pid" >"$folder/sessiond.log" 2>&1 ||
  { cat "$folder/sessiond.log" >&2; exit 1; }
daemon=$(cat "$folder/pid")

# MODE THREADS: one run under a session of its own; what it discarded in the place of LOST.
lttng_run() {
  local blocking=(); [ "$1" = wait ] && blocking=(--blocking-timeout=inf)
  {
    lttng create bench --output="$folder/trace"
    lttng enable-channel --userspace --subbuf-size=1M --num-subbuf=4 --tracefile-size=64M \
      --tracefile-count=1 "${blocking[@]}" channel
    lttng enable-event --userspace --channel=channel 'ari_bench:*'
    lttng start
  } >lttng.log 2>&1 || { cat lttng.log >&2; return 1; }
  local ns calls lost
  read -r ns calls lost < <("$bin/sustained-lttng" "$1" "$2" "$seconds")
  lttng stop >>lttng.log 2>&1
  lost=$(lttng list bench | awk '/Discarded events/ { sum += $3 } END { print sum + 0 }')
  lttng destroy >>lttng.log 2>&1
  rm -rf "$folder/trace"
  echo "$ns $calls $lost"
}

# NAME MODE THREADS: NS CALLS LOST
run() {
  case $1 in
    loop | rdtsc | nobody) "$bin/sustained-floor" "$1" "$2" "$3" "$seconds" ;;
    ari-*) "$bin/sustained-ari" "${1#ari-}" "$2" "$3" "$seconds" ;;
    spdlog) "$bin/sustained-spdlog" "$2" "$3" "$seconds" ;;
    lttng) lttng_run "$2" "$3" ;;
  esac
}

names='loop nobody rdtsc ari-enter ari-event lttng spdlog'
for ((round = 0; round < rounds; ++round)); do
  for threads in 1 2; do
    for mode in burst drop wait; do
      for name in $names; do
        case $name-$mode in loop-wait | nobody-wait | rdtsc-wait) continue ;; esac
        run "$name" "$mode" "$threads" >>"$name.$mode.$threads"
      done
    done
  done
done

# NAME MODE THREADS: the median round's cost, and the calls lost of all rounds, per cent. LTTng's
# count is now and then 2^63 too many; such a round's is left out.
figure() {
  sort -g "$1.$2.$3" 2>/dev/null | awk '
    { all[NR] = $1 }
    $3 <= $2 { calls += $2; lost += $3 }
    END {
      share = calls ? sprintf("%.0f%%", 100 * lost / calls) : "?"
      if (NR) print all[int((NR + 1) / 2)], share; else print "- -"
    }'
}

echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), commit $commit"
echo 'ns a call: in bursts; on and on, dropping (of the time on a processor), and what was lost;'
echo 'on and on, waiting (by the clock). Each as a multiple of rdtsc too.'
for threads in 1 2; do
  printf '\n%d thread(s)  %8s %6s   %8s %6s %6s   %8s %6s\n' $threads burst ×rdtsc drop ×rdtsc lost wait ×rdtsc
  read -r floor _ < <(figure rdtsc burst $threads) || true
  for name in $names; do
    read -r burst _ < <(figure "$name" burst $threads) || true
    read -r drop lost < <(figure "$name" drop $threads) || true
    read -r wait _ < <(figure "$name" wait $threads) || true
    awk -v name="$name" -v burst="$burst" -v drop="$drop" -v lost="$lost" -v wait="$wait" -v floor="$floor" '
      BEGIN {
        printf "%-11s  %8.1f %6.1f   %8.1f %6.1f %6s   ", name, burst, burst / floor, drop, drop / floor, lost
        if (wait == "-") print ""; else printf "%8.1f %6.1f\n", wait, wait / floor
      }'
  done
  awk -v floor="$floor" 'BEGIN { printf "the limit for ari in bursts, 1.5 × rdtsc + 5: %.1f\n", 1.5 * floor + 5 }'
done
echo
echo 'Not measured here, as published: NanoLog 18 in bursts and 55 sustained, quill 11–12 and 80.'
