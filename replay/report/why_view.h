// Why a task was not polled as soon as it was woken: `ari-replay why`.
#pragma once

#include <string>

#include "replay/model/model.h"
#include "replay/report/text_style.h"
#include "replay/report/why.h"

namespace ari::replay {

// The delay, the timer that woke the task if one did, and what threads did at that time; `all`:
// of many tasks that it sat behind every one.
void why_text(const Model& model, const Why& why, bool all, const TextStyle& style,
              std::string& out);

// {…,"task":SPAN,"delay":{…},"timer":{…},"other_threads":[…]}
void why_json(const Model& model, const Why& why, std::string& out);

}  // namespace ari::replay
