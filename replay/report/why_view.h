// Why a task was not polled as soon as it was woken: `ari-replay why`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "replay/model/model.h"
#include "replay/model/thread_activity.h"
#include "replay/report/text_style.h"
#include "replay/result.h"

namespace ari::replay {

// A poll of a task's life that waited to be begun.
struct DelayedPoll {
  const LifeEvent* poll = nullptr;
  std::size_t number = 0;           // from 1, among the task's polls
  std::size_t count = 0;            // how many polls it has
  const LifeEvent* wake = nullptr;  // what made it runnable; null: its spawn, or not on record
};

// Poll `number` of the task, or else the one that waited longest. An error if there is none,
// or it waited for nothing that is on record. Requires: the task was watched.
Result<DelayedPoll> find_delay(const Task& task, std::optional<std::size_t> number);

void why_text(const Model& model, const ThreadActivity& activity, const Task& task,
              const DelayedPoll& delayed, const TextStyle& style, std::string& out);

// {…,"task":SPAN,"poll":{…},"basis":…,"parts":[…],"not_told_ns":…,"other_threads":[…]}
void why_json(const Model& model, const ThreadActivity& activity, const Task& task,
              const DelayedPoll& delayed, std::string& out);

}  // namespace ari::replay
