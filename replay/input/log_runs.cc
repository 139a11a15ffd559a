#include "replay/input/log_runs.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

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

// The piece ".N" of a path without compression: at the end, or else before the last extension.
//   run.log.1 · run.2.jsonl · app.2026-11-27
struct NumberedPiece {
  std::string_view digits;  // empty: there is none
  bool is_at_end = false;
};

NumberedPiece number_in(std::string_view path) {
  const std::size_t folder = path.rfind('/') + 1;  // npos + 1 is 0
  for (std::size_t end = path.size(), tries = 0; tries < 2; ++tries) {
    const std::size_t dot = path.rfind('.', end - 1);
    if (dot == std::string_view::npos || dot <= folder) break;
    const std::string_view piece = path.substr(dot + 1, end - dot - 1);
    if (!piece.empty() && piece.find_first_not_of(kDigits) == std::string_view::npos) {
      return {piece, end == path.size()};
    }
    end = dot;
  }
  return {};
}

// The path without that piece, and its dot.
std::string without_number(std::string_view path) {
  path = without_compression(path);
  const std::string_view digits = number_in(path).digits;
  std::string out(path);
  if (!digits.empty()) {
    out.erase(static_cast<std::size_t>(digits.data() - path.data()) - 1, digits.size() + 1);
  }
  return out;
}

// Whether the first is the earlier, of names that differ in their piece only. Numbers at the end
// count back from the file that has none, which is the latest beside dates as well; the others
// count on.
//   run.log.2 < run.log.1 < run.log · run.log < run.2.log · app.2026-11-26 < app.2026-11-27 < app
bool is_earlier_by_name(std::string_view a, std::string_view b) {
  constexpr std::size_t kShortestDate = 8;
  const NumberedPiece x = number_in(without_compression(a)), y = number_in(without_compression(b));
  const bool are_dates = std::max(x.digits.size(), y.digits.size()) >= kShortestDate;
  const bool counts_back = !are_dates && (x.is_at_end || y.is_at_end);
  if (x.digits.empty() || y.digits.empty()) {
    const bool is_first_bare = x.digits.empty() && !y.digits.empty();
    const bool is_second_bare = y.digits.empty() && !x.digits.empty();
    return are_dates || counts_back ? is_second_bare : is_first_bare;
  }
  const auto is_less = [](std::string_view p, std::string_view q) {
    return p.size() != q.size() ? p.size() < q.size() : p < q;
  };
  return counts_back ? is_less(y.digits, x.digits) : is_less(x.digits, y.digits);
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

// The files of one rotated log, all that have its name and format, by beginning.
using Rotated = std::map<std::pair<std::string, std::string>, Run>;

Rotated rotated_files(const std::vector<LogBeginning>& logs, const Run& order) {
  Rotated out;
  for (const std::size_t log : order) {
    if (!logs[log].has_header) {
      out[{without_number(logs[log].path), logs[log].format}].push_back(log);
    }
  }
  return out;
}

// Whether the names of a log's files tell their order, and not their instants (log_runs.h).
bool names_tell_order(const std::vector<LogBeginning>& logs, const Run& by_time,
                      const Run& by_name) {
  const auto has_no_day = [&](std::size_t log) {
    return logs[log].time_base == TimeBase::kTimeOfDay;
  };
  if (std::all_of(by_time.begin(), by_time.end(), has_no_day)) return true;
  return logs[by_time.front()].first_of_spans == FirstOfSpans::kUse &&
         logs[by_name.front()].first_of_spans == FirstOfSpans::kBeginning;
}

// Puts the files of which that is so into the order of their names. Returns for each log whether it
// goes on with the one before it by that.
std::vector<bool> order_by_name(const std::vector<LogBeginning>& logs, Run& order) {
  std::vector<bool> goes_on(logs.size());
  for (const auto& [name, by_time] : rotated_files(logs, order)) {
    Run by_name = by_time;
    std::stable_sort(by_name.begin(), by_name.end(), [&](std::size_t a, std::size_t b) {
      return is_earlier_by_name(logs[a].path, logs[b].path);
    });
    if (by_name == by_time || !names_tell_order(logs, by_time, by_name)) continue;
    std::size_t next = 0;
    for (std::size_t& log : order) {
      if (std::find(by_time.begin(), by_time.end(), log) != by_time.end()) log = by_name[next++];
    }
    for (std::size_t i = 1; i < by_name.size(); ++i) goes_on[by_name[i]] = true;
  }
  return goes_on;
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
  const std::vector<bool> goes_on = order_by_name(logs, order);
  std::vector<Run> runs;
  for (const std::size_t log : order) {
    for (const std::size_t other : order) {
      if (other == log) break;
      if (is_same_log(logs[other], logs[log])) {
        return Error{name_of_input(logs[log].path) + ": is the same log as " +
                     name_of_input(logs[other].path) + ": give each log once"};
      }
    }
    const auto of_its_name = std::find_if(runs.begin(), runs.end(), [&](const Run& run) {
      const LogBeginning& last = logs[run.back()];
      return !last.has_header && last.format == logs[log].format &&
             are_rotated_names(last.path, logs[log].path);
    });
    if (goes_on[log] && of_its_name != runs.end()) {
      of_its_name->push_back(log);
    } else if (const auto run = find_run(runs, logs, log)) {
      runs[*run].push_back(log);
    } else {
      runs.push_back({log});
    }
  }
  return runs;
}

}  // namespace ari::replay
