// Options: what the user asked for, once the command line is understood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/lint/lint_settings.h"
#include "replay/model/task.h"
#include "replay/report/resource_selector.h"
#include "replay/report/show_filter.h"
#include "replay/report/task_selector.h"
#include "replay/report/tasks_view.h"
#include "replay/report/time_bound.h"
#include "replay/timeline/timeline_view.h"
#include "subscriber/colour.h"

namespace ari::replay {

enum class Format : std::uint8_t { kText, kJson, kSarif, kGithub };  // the last two: lint only
// What `convert` makes of a log.
enum class Target : std::uint8_t { kJsonl, kText, kPerfetto, kChrome, kCsv };
enum class Shell : std::uint8_t { kBash, kZsh, kFish };

struct Options {
  std::vector<std::string> logs;        // paths; "-": standard input
  std::string log;                      // diff: A; recover: RING
  std::string other_log;                // diff: B
  std::int64_t threshold_percent = 10;  // diff

  // Of every command.
  Semantics semantics = Semantics::kCorrected;
  Format format = Format::kText;
  bool follow = false;  // show and those that fold the log
  subscriber::ColourChoice colour = subscriber::ColourChoice::kAuto;

  TasksOptions tasks;                        // tasks
  TaskSelector task;                         // task
  std::optional<std::size_t> poll;           // why
  std::optional<std::size_t> recorded_dump;  // dump
  ResourceSelector resource;                 // resource
  bool whole_life = false;                   // task, resource, wakers, diff
  std::optional<TimeBound> at;               // all that fold the log: --at, --to
  std::optional<TimeBound> from;             // those that list things or events
  ShowConditions show;                       // show
  std::vector<std::string> grep;             // show
  std::size_t context = 0;                   // show
  TimelineOptions timeline;                  // timeline
  LintChoices lint;                          // lint
  std::string lint_config;                   // lint; empty: none
  std::string_view lint_name;                // explain
  std::optional<Target> target;              // convert
  std::string output;                        // convert, report; empty: standard output
  Shell shell{};                             // completion
};

}  // namespace ari::replay
