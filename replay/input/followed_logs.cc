#include "replay/input/followed_logs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "replay/input/coverage_sum.h"
#include "replay/input/log_runs.h"
#include "replay/input/merge.h"
#include "replay/input/skipped_names.h"

namespace ari::replay {

namespace {

struct Beginnings {
  std::vector<LogBeginning> known;
  std::vector<std::string> others;  // not there yet, or too short to tell
};

Result<Beginnings> look_at_all(const std::vector<std::string>& paths) {
  Beginnings out;
  for (auto path = paths.begin(); path != paths.end(); ++path) {
    if (std::find(paths.begin(), path, *path) != path) {
      return Error{name_of_input(*path) + ": is given twice: give each log once"};
    }
    struct stat status {};
    const bool is_there = *path != "-" && ::stat(path->c_str(), &status) == 0;
    if (is_there && S_ISDIR(status.st_mode)) {
      return Error{*path + ": is a directory, expected a log file"};
    }
    if (is_there && ::access(path->c_str(), R_OK) != 0) {
      return Error{*path + ": " + why_not_opened(errno)};
    }
    // A pipe cannot be looked at without taking its bytes away.
    auto at = is_there && S_ISREG(status.st_mode) ? look_at_file(*path) : std::nullopt;
    if (at && at->first_unix_ns) {
      out.known.push_back(std::move(*at));
    } else {
      out.others.push_back(*path);
    }
  }
  return out;
}

// The names that are left out between those of the run's files, if time is missing there, too.
std::uint64_t skipped_names(const Run& run, const std::vector<LogBeginning>& known) {
  Coverage coverage;
  for (const std::size_t i : run) {
    FileCoverage& file = coverage.files.emplace_back(what_it_says(known[i]));
    if (known[i].has_header) return 0;  // it tells which part it is
    file.continues = coverage.files.size() > 1;
    file.first_unix_ns = known[i].first_unix_ns;
    file.last_unix_ns = last_instant(known[i].path);
  }
  note_skipped_names(coverage);
  std::uint64_t names = 0;
  for (const FileCoverage& file : coverage.files) names += file.parts_missing;
  return names;
}

}  // namespace

Result<FollowedLogs> FollowedLogs::open(const std::vector<std::string>& paths, Follow& follow) {
  const Result<Beginnings> all = look_at_all(paths);
  if (!all.has_value()) return all.error();
  const std::vector<LogBeginning>& known = all.value().known;
  const Result<std::vector<Run>> runs = find_runs(known);
  if (!runs.has_value()) return runs.error();
  FollowedLogs logs(follow);
  const auto add = [&](std::vector<std::string> files) {
    logs.logs_.push_back(
        std::make_unique<FollowedLog>(std::move(files), logs.logs_.size(), follow));
  };
  for (const Run& run : runs.value()) {
    std::vector<std::string> files;
    for (const std::size_t file : run) files.push_back(known[file].path);
    add(std::move(files));
    if (run.size() > 1) logs.logs_.back()->note_skipped(skipped_names(run, known));
  }
  if (!known.empty()) logs.first_unix_ns_ = known[runs.value().front().front()].first_unix_ns;
  logs.known_ = logs.logs_.size();
  for (const std::string& path : all.value().others) add({path});
  return logs;
}

std::optional<Error> FollowedLogs::read(const std::vector<RecordSink*>& sinks) {
  for (const auto& log : logs_) {
    log->source().leave_out(
        [this, of = log.get()](const struct stat& file) { return is_read_by_other(*of, file); });
  }
  Merge merge(sinks);
  const auto read_some = [this](std::size_t log, RecordSink& sink) { return read_line(log, sink); };
  do {
    merge.read(read_some);
  } while (any_may_grow() && follow_->wait());
  for (std::size_t log = 0; log < logs_.size(); ++log) {
    const bool failed_before = logs_[log]->error().has_value();
    logs_[log]->finish(*sinks[log]);
    if (logs_[log]->error() && !failed_before) tell_error(*logs_[log]);
  }
  const bool any =
      std::any_of(logs_.begin(), logs_.end(), [](const auto& log) { return log->is_recognised(); });
  return any ? std::nullopt : last_error_;
}

bool FollowedLogs::read_line(std::size_t log, RecordSink& sink) {
  FollowedLog& from = *logs_[log];
  if (!from.is_recognised()) {
    if (!recognise(from)) return false;
    if (log >= known_) recognise_with_others(from);
  }
  return from.is_recognised() && from.read_line(sink);
}

bool FollowedLogs::recognise(FollowedLog& log) {
  const bool failed_before = log.error().has_value();
  if (log.recognise()) return true;
  if (log.error() && !failed_before) tell_error(log);
  return false;
}

// Parts of a run may appear at the same time, and be given in any order: each joins those
// before it, so before a line of one is read the others have their turn, the first part first.
void FollowedLogs::recognise_with_others(FollowedLog& late) {
  std::vector<FollowedLog*> appeared = {&late};
  for (std::size_t i = known_; i < logs_.size(); ++i) {
    if (!logs_[i]->is_recognised() && recognise(*logs_[i])) appeared.push_back(logs_[i].get());
  }
  std::stable_sort(
      appeared.begin(), appeared.end(),
      [](const FollowedLog* a, const FollowedLog* b) { return a->part() < b->part(); });
  for (FollowedLog* log : appeared) join_another(*log);
}

// Leaves the log, which was not there at first, to one that is read and of the same run.
void FollowedLogs::join_another(FollowedLog& late) {
  struct stat status {};
  if (::stat(late.path().c_str(), &status) != 0) return;
  const auto& beginning = late.source().beginning();
  FollowedLog* run = nullptr;
  Fit best = Fit::kNone;
  for (const auto& log : logs_) {
    if (log.get() == &late || !log->is_recognised()) continue;
    if (log->source().has_read(status)) return late.leave_to_another();
    const auto& known = log->source().beginning();
    if (!late.has_header() || !known || !beginning) continue;
    const Fit fit = fit_of(*known, *beginning);
    if (fit < best || fit == Fit::kNone) continue;
    // Which of two it is cannot be told by what is so of both.
    run = fit == best && fit == Fit::kPerhaps ? nullptr : log.get();
    best = fit;
  }
  if (run == nullptr) return;
  run->source().add_file(late.path());
  late.leave_to_another();
}

bool FollowedLogs::is_read_by_other(const FollowedLog& log, const struct stat& file) const {
  return std::any_of(logs_.begin(), logs_.end(), [&](const auto& other) {
    return other.get() != &log && other->is_recognised() && other->source().has_read(file);
  });
}

// Who reads others wants to know it now; the last one's is what read() fails with.
void FollowedLogs::tell_error(const FollowedLog& log) {
  last_error_ = log.error();
  const bool are_others = std::any_of(logs_.begin(), logs_.end(), [](const auto& other) {
    return other->is_recognised() || other->may_grow();
  });
  if (are_others) follow_->remark(last_error_->message);
}

bool FollowedLogs::any_may_grow() const {
  return std::any_of(logs_.begin(), logs_.end(), [](const auto& log) { return log->may_grow(); });
}

Coverage FollowedLogs::coverage() const {
  std::optional<Coverage> sum;
  for (const auto& log : logs_) {
    if (!log->is_recognised()) continue;
    if (sum) {
      add(*sum, log->coverage());
    } else {
      sum = log->coverage();
    }
  }
  if (!sum) sum.emplace();
  if (logs_.size() == 1) return *sum;
  sum->path.clear();
  for (const auto& log : logs_) {
    if (!sum->path.empty()) sum->path += ", ";
    sum->path += log->path();
    sum->files.push_back(log->file_coverage());
    sum->runs.push_back(log->coverage());
  }
  return *sum;
}

}  // namespace ari::replay
