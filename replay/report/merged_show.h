// The lines of several logs by time, each with the name of its log in front.
//
//   ping.jsonl | 2026-11-23T12:34:17.946576Z TRACE runtime.spawn[1]{…}: enter
//   pong.jsonl | 2026-11-23T12:34:17.946640Z TRACE runtime.spawn[1]{…}: new
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replay/report/paint.h"
#include "replay/report/show_view.h"

namespace ari::replay {

// One ShowView for each log, since each has span ids of its own.
class MergedShow {
 public:
  // `names`: of the logs, safe to print. Each gets `options`, and so its own lines of context.
  MergedShow(const ShowOptions& options, const std::vector<std::string>& names,
             ShowView::Write write);

  // Where each log's records go, in the order of the names.
  std::vector<RecordSink*> sinks() const;

  // Writes what is not written yet.
  void finish();

  bool found_nothing() const noexcept;
  bool knows_none() const noexcept;

 private:
  void take(const std::string& prefix, std::string& lines);

  ShowView::Write write_;
  bool flush_each_line_;
  std::vector<std::unique_ptr<ShowView>> views_;
  std::string out_;
};

}  // namespace ari::replay
