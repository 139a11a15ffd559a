#include "replay/input/log_runs.h"

#include <algorithm>
#include <numeric>
#include <optional>
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

// The name has no number that would tell which log it is of, nor has standard input.
bool is_unnumbered(std::string_view path) {
  return without_number(path) == without_compression(path);
}

bool may_be_of_one_log(std::string_view a, std::string_view b) {
  if (!is_unnumbered(a) || !is_unnumbered(b)) return false;
  const auto folder = [](std::string_view path) { return path.substr(0, path.rfind('/') + 1); };
  return a == "-" || b == "-" || folder(a) == folder(b);
}

bool is_same_log(const LogBeginning& a, const LogBeginning& b) {
  if (!a.first_unix_ns || !b.first_unix_ns) return a.path == b.path;
  const std::size_t size = std::min(a.sample.size(), b.sample.size());
  return a.first_unix_ns == b.first_unix_ns &&
         std::string_view(a.sample).substr(0, size) == std::string_view(b.sample).substr(0, size);
}

// Whether what the files say of themselves does not speak against it.
bool may_go_on(const LogBeginning& log, const LogBeginning& next) {
  // A file that begins in the middle of text may hold nothing for long that tells its format.
  const bool is_plain_text =
      (next.format == "ari text" || next.format == AriTextReader::kWithoutSpans) &&
      log.format.starts_with("fmt ") && log.format != "fmt JSON";
  if (log.format != next.format && !is_plain_text) return false;
  if (!next.has_header) return true;
  return next.pid != 0 && next.pid == log.pid && next.program == log.program &&
         next.part > std::max<std::uint64_t>(1, log.part);
}

// The run that the log goes on with, if any.
std::optional<std::size_t> find_run(const std::vector<Run>& runs,
                                    const std::vector<LogBeginning>& logs, std::size_t log) {
  std::optional<std::size_t> best;
  Fit best_fit = Fit::kNone;
  bool is_only_one = true;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    Fit fit = fit_of(logs[runs[run].back()], logs[log]);
    // What was rotated once has a name of its own.
    if (fit == Fit::kPerhaps &&
        !std::all_of(runs[run].begin(), runs[run].end(),
                     [&](std::size_t i) { return is_unnumbered(logs[i].path); })) {
      fit = Fit::kNone;
    }
    if (fit == Fit::kNone || fit < best_fit) continue;
    is_only_one = fit > best_fit;
    best = run;  // of those that fit as well the latest
    best_fit = fit;
  }
  return best_fit == Fit::kPerhaps && !is_only_one ? std::nullopt : best;
}

}  // namespace

bool are_rotated_names(std::string_view a, std::string_view b) {
  return without_number(a) == without_number(b);
}

Fit fit_of(const LogBeginning& log, const LogBeginning& next) {
  if (!may_go_on(log, next)) return Fit::kNone;
  const bool is_by_name = are_rotated_names(log.path, next.path);
  const bool is_perhaps =
      may_be_of_one_log(log.path, next.path) && (next.has_header || next.begins_within);
  if (!next.has_header && !is_by_name && !is_perhaps) return Fit::kNone;
  const auto last = last_instant(log.path);
  const Fit by_name = is_by_name ? Fit::kByName : is_perhaps ? Fit::kPerhaps : Fit::kNone;
  if (!last || !next.first_unix_ns) return by_name;
  if (*last - kSlackNs > *next.first_unix_ns) return Fit::kNone;
  const bool is_next_part =
      next.has_header && next.part == std::max<std::uint64_t>(1, log.part) + 1;
  if (!is_next_part) return by_name;
  // The recorder ends a part and begins the next at the same nanosecond.
  if (*last == *next.first_unix_ns) return Fit::kBySeam;
  return is_by_name ? Fit::kByName : Fit::kNone;
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
    if (const auto run = find_run(runs, logs, log)) {
      runs[*run].push_back(log);
    } else {
      runs.push_back({log});
    }
  }
  return runs;
}

}  // namespace ari::replay
