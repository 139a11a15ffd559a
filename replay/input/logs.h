// Logs: several files read as one log.
//
// Files that a run was cut into are read one after the other as if they had never been cut.
// Logs of different programs are different recordings: their span ids, threads and tasks have
// nothing to do with each other, so they are handed on one log after the other, each begun by a
// header, and a sink that knows one log in a file after the other knows them too. Only who
// shows the lines of all by time has them merged, each log to a sink of its own.
//
// Memory does not grow with the logs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/input/log_beginning.h"
#include "replay/input/log_runs.h"
#include "replay/input/reader.h"
#include "replay/input/source.h"
#include "replay/result.h"

namespace ari::replay {

class RunReading;

class Logs {
 public:
  // Opens them and looks at the beginning of each. Fails if one cannot be read at all, as
  // read_log() does, or if two are the same. `observer` may be null; else it outlives this.
  static Result<Logs> open(const std::vector<std::string>& paths, ReadObserver* observer = nullptr);
  ~Logs();
  Logs(Logs&&) noexcept;
  Logs& operator=(Logs&&) = delete;

  // How many runs the files are of.
  std::size_t runs() const noexcept { return runs_.size(); }
  // The path of the first file of a run.
  const std::string& path(std::size_t run) const;
  // The earliest instant of all.
  std::optional<std::int64_t> first_unix_ns() const noexcept { return first_unix_ns_; }

  // Whether the instants of all of them are uptimes.
  bool all_tell_uptimes() const noexcept;

  // Reads all into `sink`, run after run. Either this or read_merged() is called, once.
  Coverage read_in_turn(RecordSink& sink);
  // Reads all by time: the records of each run into the sink of its number. A run's own
  // order is kept, also where it is not that of time.
  Coverage read_merged(const std::vector<RecordSink*>& sinks);

 private:
  Logs();
  Coverage whole() const;

  std::vector<std::unique_ptr<RunReading>> runs_;
  std::optional<std::int64_t> first_unix_ns_;
};

// Reads one log, or several as one. Fails as Logs::open() does.
Result<Coverage> read_logs(const std::vector<std::string>& paths, RecordSink& sink,
                           ReadObserver* observer = nullptr);

}  // namespace ari::replay
