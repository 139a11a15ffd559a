#include "replay/input/log_runs.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "replay/input/ari_text.h"
#include "replay/input/log_input.h"

namespace ari::replay {

namespace {

// Lines of several threads are not quite in order of time.
constexpr std::int64_t kSlackNs = 10'000'000;

constexpr std::string_view kDigits = "0123456789-";  // of numbers and of dates

std::string_view without_compression(std::string_view name) {
  for (const std::string_view end : {".gz", ".zst"}) {
    if (name.ends_with(end)) name.remove_suffix(end.size());
  }
  return name;
}

// The path without its piece ".N": at the end, or else before the last extension.
//   run.log.1 → run.log · run.2.jsonl → run.jsonl · app.2026-11-27 → app
std::string without_number(std::string_view path) {
  path = without_compression(path);
  const std::size_t folder = path.rfind('/') + 1;  // npos + 1 is 0
  for (std::size_t end = path.size(), tries = 0; tries < 2; ++tries) {
    const std::size_t dot = path.rfind('.', end - 1);
    if (dot == std::string_view::npos || dot <= folder) break;
    const std::string_view piece = path.substr(dot + 1, end - dot - 1);
    if (!piece.empty() && piece.find_first_not_of(kDigits) == std::string_view::npos) {
      return std::string(path.substr(0, dot)).append(path.substr(end));
    }
    end = dot;
  }
  return std::string(path);
}

bool is_same_log(const LogBeginning& a, const LogBeginning& b) {
  if (!a.first_unix_ns || !b.first_unix_ns) return a.path == b.path;
  const std::size_t size = std::min(a.sample.size(), b.sample.size());
  return a.first_unix_ns == b.first_unix_ns &&
         std::string_view(a.sample).substr(0, size) == std::string_view(b.sample).substr(0, size);
}

}  // namespace

bool are_rotated_names(std::string_view a, std::string_view b) {
  return without_number(a) == without_number(b);
}

bool is_same_run(const LogBeginning& log, const LogBeginning& next) {
  // A file that begins in the middle of text may hold nothing for long that tells its format.
  const bool is_plain_text =
      (next.format == "ari text" || next.format == AriTextReader::kWithoutSpans) &&
      log.format.starts_with("fmt ") && log.format != "fmt JSON";
  if (log.format != next.format && !is_plain_text) return false;
  if (next.has_header) {
    return next.pid != 0 && next.pid == log.pid && next.program == log.program &&
           next.part > std::max<std::uint64_t>(1, log.part);
  }
  if (!next.begins_within && !are_rotated_names(log.path, next.path)) return false;
  const auto last = last_instant(log.path);
  return !last || !next.first_unix_ns || *last - kSlackNs <= *next.first_unix_ns;
}

Result<std::vector<Run>> find_runs(const std::vector<LogBeginning>& logs) {
  std::vector<std::size_t> order(logs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (logs[a].first_unix_ns != logs[b].first_unix_ns) {
      return logs[a].first_unix_ns < logs[b].first_unix_ns;
    }
    return logs[a].part < logs[b].part;
  });
  std::vector<Run> runs;
  for (const std::size_t log : order) {
    for (const std::size_t other : order) {
      if (other == log) break;
      if (is_same_log(logs[other], logs[log])) {
        return Error{name_of_input(logs[log].path) + ": is the same log as " +
                     name_of_input(logs[other].path) + ": give each log once"};
      }
    }
    const auto run = std::find_if(runs.begin(), runs.end(), [&](const Run& candidate) {
      return is_same_run(logs[candidate.back()], logs[log]);
    });
    if (run == runs.end()) {
      runs.push_back({log});
    } else {
      run->push_back(log);
    }
  }
  return runs;
}

}  // namespace ari::replay
