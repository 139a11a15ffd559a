// Merging: of each run one record is known that is still to come, the head. The run whose
// head is earliest goes on, and hands its records on as they are, until one is later than the
// head of every other run: this becomes its head, and is the only one that is copied.
#include "replay/input/logs.h"

#include <algorithm>

#include "replay/input/log.h"
#include "replay/input/record_copy.h"
#include "replay/input/run_reading.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

constexpr std::int64_t kNever = INT64_MAX;

// Hands records on up to an instant, and keeps what comes from then on.
class Gate final : public RecordSink {
 public:
  explicit Gate(RecordSink& to) : to_(to) {}

  void record(const Record& record, const Line& line) override {
    // What has no instant of its own belongs to what comes after it.
    if (kept_.empty() && record.at_unix_ns <= until_unix_ns_) return to_.record(record, line);
    kept_.emplace_back(record, line);
  }

  bool is_closed() const noexcept { return !kept_.empty(); }
  std::int64_t head_unix_ns() const noexcept { return kept_.front().record().at_unix_ns; }

  void open(std::int64_t until_unix_ns) {
    until_unix_ns_ = until_unix_ns;
    for (const RecordCopy& copy : kept_) to_.record(copy.record(), copy.line());
    kept_.clear();
  }

 private:
  RecordSink& to_;
  std::int64_t until_unix_ns_ = INT64_MIN;
  std::vector<RecordCopy> kept_;  // what one line came to
};

void add(std::optional<Inferred>& sum, const std::optional<Inferred>& more) {
  if (!more) return;
  if (!sum) sum.emplace();
  sum->tasks_learnt += more->tasks_learnt;
  sum->wakers_joined += more->wakers_joined;
  sum->wakers_left_out += more->wakers_left_out;
  sum->clones_agreeing += more->clones_agreeing;
  sum->clones_of_others += more->clones_of_others;
  sum->lines_guessed += more->lines_guessed;
}

// What is there to be shown if any of the formats tells it, and what only holds if all do.
Facts common(const Facts& a, const Facts& b) {
  return {.span_ids = a.span_ids && b.span_ids,
          .lifetimes = a.lifetimes && b.lifetimes,
          .polls = a.polls && b.polls,
          .threads = a.threads || b.threads,
          .locations = a.locations || b.locations,
          .targets = a.targets || b.targets,
          .resources = a.resources || b.resources,
          .destroys = a.destroys && b.destroys,
          .outcomes = a.outcomes || b.outcomes,
          .nanoseconds = a.nanoseconds && b.nanoseconds};
}

// "a, b", each once.
void add_word(std::string& words, const std::string& word) {
  if (word.empty() || words == word || words.ends_with(", " + word)) return;
  if (words.starts_with(word + ", ") || words.find(", " + word + ", ") != std::string::npos) return;
  if (!words.empty()) words += ", ";
  words += word;
}

void add(Coverage& sum, const Coverage& run) {
  add_word(sum.format, run.format);
  add_word(sum.program, run.program);
  add_word(sum.filter, run.filter);
  sum.facts = common(sum.facts, run.facts);
  sum.bytes_read += run.bytes_read;
  sum.bytes_used += run.bytes_used;
  sum.bytes_skipped += run.bytes_skipped;
  sum.lines += run.lines;
  sum.lines_skipped += run.lines_skipped;
  sum.events += run.events;
  sum.events_lost += run.events_lost;
  sum.recordings += run.recordings;
  sum.torn = sum.torn || run.torn;
  if (run.orderly_end != true && sum.orderly_end != false) sum.orderly_end = run.orderly_end;
  if (run.first_unix_ns) {
    sum.first_unix_ns = std::min(sum.first_unix_ns.value_or(kNever), *run.first_unix_ns);
    sum.last_unix_ns = std::max(sum.last_unix_ns, run.last_unix_ns);
  }
  add(sum.inferred, run.inferred);
  sum.problems_dropped += run.problems_dropped;
  for (const Problem& problem : run.problems) {
    if (sum.problems.size() < Coverage::kProblemsKept) {
      sum.problems.push_back(problem);
    } else {
      ++sum.problems_dropped;
    }
  }
  sum.files.insert(sum.files.end(), run.files.begin(), run.files.end());
}

}  // namespace

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
    file.beginning = look_at(file.input->beginning(), path);
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
    if (first) logs.first_unix_ns_ = std::min(logs.first_unix_ns_.value_or(kNever), *first);
    logs.runs_.push_back(
        std::make_unique<RunReading>(std::move(of_run), files_before, logs.runs_.size()));
    files_before += run.size();
  }
  return logs;
}

const std::string& Logs::path(std::size_t run) const { return runs_[run]->beginning().path; }

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
  std::vector<Gate> gates;
  gates.reserve(sinks.size());
  for (RecordSink* sink : sinks) gates.emplace_back(*sink);
  // Reads a run until its next record is known; whether there is one.
  const auto advance = [&](std::size_t run) {
    while (!gates[run].is_closed() && runs_[run]->read_some(gates[run])) {
    }
    return gates[run].is_closed();
  };
  std::vector<std::size_t> left;
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    if (advance(run)) left.push_back(run);
  }
  while (!left.empty()) {
    // Few runs: a scan costs less than a heap would.
    std::size_t next = 0;
    for (std::size_t i = 1; i < left.size(); ++i) {
      if (gates[left[i]].head_unix_ns() < gates[left[next]].head_unix_ns()) next = i;
    }
    std::int64_t until = kNever;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (i != next) until = std::min(until, gates[left[i]].head_unix_ns());
    }
    gates[left[next]].open(until);
    if (!advance(left[next])) left.erase(left.begin() + static_cast<std::ptrdiff_t>(next));
  }
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
  for (const FileCoverage& file : sum.files) {
    if (!sum.path.empty()) sum.path += ", ";
    sum.path += file.path;
  }
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
