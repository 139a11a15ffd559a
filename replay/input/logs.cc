#include "replay/input/logs.h"

#include <algorithm>

#include "replay/input/coverage_sum.h"
#include "replay/input/log.h"
#include "replay/input/merge.h"
#include "replay/input/run_reading.h"
#include "replay/input/skipped_names.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

Logs::Logs() = default;
Logs::~Logs() = default;
Logs::Logs(Logs&&) noexcept = default;

Result<Logs> Logs::open(const std::vector<std::string>& paths, ReadObserver* observer) {
  std::vector<OpenLog> files;
  std::vector<LogBeginning> beginnings;
  for (const std::string& path : paths) {
    Result<std::unique_ptr<Source>> source = open_source(path, UINT64_MAX, observer);
    if (!source.has_value()) return source.error();
    OpenLog file;
    file.source = std::move(source).value();
    file.input = std::make_unique<LogInput>(*file.source, path);
    if (auto error = file.input->recognise()) return *error;
    const auto beginning = can_be_read_again(path) ? look_at_file(path) : std::nullopt;
    file.beginning = beginning ? *beginning : look_at(file.input->beginning(), path);
    beginnings.push_back(file.beginning);
    files.push_back(std::move(file));
  }
  const Result<std::vector<Run>> runs = find_runs(beginnings);
  if (!runs.has_value()) return runs.error();
  Logs logs;
  std::size_t files_before = 0;
  for (const Run& run : runs.value()) {
    std::vector<OpenLog> of_run;
    for (const std::size_t file : run) of_run.push_back(std::move(files[file]));
    const auto first = of_run.front().beginning.first_unix_ns;
    if (first) logs.first_unix_ns_ = std::min(logs.first_unix_ns_.value_or(*first), *first);
    logs.runs_.push_back(
        std::make_unique<RunReading>(std::move(of_run), files_before, logs.runs_.size()));
    files_before += run.size();
  }
  return logs;
}

const std::string& Logs::path(std::size_t run) const { return runs_[run]->beginning().path; }

bool Logs::all_tell_uptimes() const noexcept {
  return std::all_of(runs_.begin(), runs_.end(), [](const auto& run) {
    return run->beginning().time_base == TimeBase::kUptime;
  });
}

Coverage Logs::read_in_turn(RecordSink& sink) {
  for (const auto& run : runs_) {
    if (run != runs_.front() && !run->beginning().has_header) {
      Record header;
      header.kind = RecordKind::kHeader;
      header.at_unix_ns = run->beginning().first_unix_ns.value_or(0);
      sink.record(header, Line{});
    }
    run->read_all(sink);
  }
  return whole();
}

Coverage Logs::read_merged(const std::vector<RecordSink*>& sinks) {
  Merge(sinks).read([&](std::size_t run, RecordSink& sink) { return runs_[run]->read_some(sink); });
  return whole();
}

Coverage Logs::whole() const {
  Coverage sum = runs_.front()->coverage();
  if (runs_.size() == 1 && sum.files.size() == 1) {
    sum.path = sum.files.front().path;
    sum.files.clear();
    return sum;
  }
  for (std::size_t run = 1; run < runs_.size(); ++run) add(sum, runs_[run]->coverage());
  for (const auto& run : runs_) {
    if (runs_.size() > 1) sum.runs.push_back(run->coverage());
  }
  for (const FileCoverage& file : sum.files) {
    if (!sum.path.empty()) sum.path += ", ";
    sum.path += file.path;
  }
  note_skipped_names(sum);
  return sum;
}

Result<Coverage> read_logs(const std::vector<std::string>& paths, RecordSink& sink,
                           ReadObserver* observer) {
  if (paths.size() == 1) return read_log(paths.front(), sink, observer);
  Result<Logs> logs = Logs::open(paths, observer);
  if (!logs.has_value()) return logs.error();
  return logs.value().read_in_turn(sink);
}

}  // namespace ari::replay
