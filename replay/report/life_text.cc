#include "replay/report/life_text.h"
#include "replay/report/log_lines.h"

#include <fmt/format.h>

#include "replay/model/duration_text.h"
#include "replay/report/alive.h"
#include "replay/report/offset_text.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/tasks_by_span.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

using Kind = LifeEvent::Kind;

constexpr std::size_t kShownAtEachEnd = 20;

Cell event_cell(const LifeEvent& event) {
  switch (event.kind) {
    case Kind::kSpawned:
      return {"spawned", Role::kTask};
    case Kind::kPoll:
      return {"poll", Role::kPoll};
    case Kind::kDestroyed:
      return {"destroyed", Role::kTask};
    case Kind::kWaker:
      return {fmt::format("  {}", word(event.op)), Role::kWaker};
    case Kind::kClosed:
      return {"closed", Role::kTask};
  }
  return {};
}

class LifeRows {
 public:
  LifeRows(const Model& model, const Task& task)
      : model_(model),
        task_(task),
        as_of_(model.coverage.as_of_unix_ns.has_value()),
        begin_ns_(task.created_unix_ns.value_or(task.life.front().at_unix_ns)),
        resolution_ns_(model.coverage.resolution_ns()),
        scale_(offset_scale(task.total_ns, resolution_ns_)),
        tasks_(model) {}

  const char* title() const noexcept { return scale_.title; }

  std::vector<Cell> row(const LifeEvent& event) const {
    const bool lasts = event.kind == Kind::kPoll || event.kind == Kind::kDestroyed;
    return {
        {offset_text(event.at_unix_ns - begin_ns_, scale_), Role::kDim},
        event_cell(event),
        {lasts ? duration_text(event.duration_ns, resolution_ns_) : "", Role::kFigure},
        {event.scheduled_ns ? duration_text(*event.scheduled_ns, resolution_ns_) : ""},
        detail(event),
        {event.thread > 0 ? fmt::to_string(event.thread) : "", Role::kDim},
        {lines_text(model_.coverage, event.first_line, event.last_line), Role::kDim},
    };
  }

 private:
  Cell detail(const LifeEvent& event) const {
    switch (event.kind) {
      case Kind::kSpawned:
        return place(task_.location);
      case Kind::kPoll:
        if (event.open) {
          return {as_of_ ? "not over then" : "not over when the log ends", Role::kWarning};
        }
        return place(event.parked_at);
      case Kind::kWaker:
        return {by_whom(event)};
      case Kind::kClosed:
        return {task_.outcome ? std::string(subscriber::outcome_name(*task_.outcome)) : ""};
      case Kind::kDestroyed:
        break;
    }
    return {};
  }

  static Cell place(const SourceLocation* location) {
    if (!location) return {};
    return {escaped(location_text(*location)), Role::kResource};
  }

  std::string by_whom(const LifeEvent& event) const {
    if (event.self_wake || event.by_task == task_.span) return "by itself";
    if (event.by_unclear) return "by one of several tasks";
    if (event.by_task == 0) return {};
    return "by " + tasks_.label_at(event.by_task, event.first_line);
  }

  const Model& model_;
  const Task& task_;
  bool as_of_;  // the figures are of an instant, not of the log's end
  std::int64_t begin_ns_;
  std::int64_t resolution_ns_;
  OffsetScale scale_;
  TasksBySpan tasks_;
};

}  // namespace

std::vector<const LifeEvent*> life_from(const Model& model, const Task& task,
                                        const std::optional<TimeBound>& from) {
  std::vector<const LifeEvent*> life;
  for (const LifeEvent& event : task.life) {
    const std::int64_t end_unix_ns = event.at_unix_ns + event.duration_ns;
    if (is_alive_from(from, end_unix_ns, model.coverage)) life.push_back(&event);
  }
  return life;
}

void append_life(const Model& model, const Task& task, const TaskOptions& options,
                 const TextStyle& style, std::string& out) {
  const std::vector<const LifeEvent*> life = life_from(model, task, options.from);
  if (life.empty()) return;
  const std::size_t events = life.size();
  // Else too little is won.
  const bool cut = !options.whole_life && events > 3 * kShownAtEachEnd;
  const LifeRows rows(model, task);
  Table table({{rows.title(), Align::kRight},
               {"Event", Align::kLeft},
               {"Took", Align::kRight},
               {"Waited", Align::kRight},
               {"Place, or by whom", Align::kLeft, 20, shorten_location, 14},
               {"Thread", Align::kRight, 10},
               {"Log line", Align::kRight, 30}});
  for (std::size_t i = 0; i < events; ++i) {
    if (cut && i == kShownAtEachEnd) {
      table.add({{"…", Role::kDim}, {}, {}, {}, {}, {}, {}});
      i = events - kShownAtEachEnd;
    }
    table.add(rows.row(*life[i]));
  }
  out += '\n';
  style.paint.append(out, Role::kHeading, "Life");
  style.paint.append(
      out, Role::kDim,
      task.created_unix_ns ? "  from its spawn on\n" : "  its beginning is not in the log\n");
  table.render(style.width, 2, style.paint, out);
  if (cut) {
    style.paint.append(out, Role::kDim,
                       fmt::format("  {} in the middle left out: --all shows them\n",
                                   count_text(events - 2 * kShownAtEachEnd, "event", "events")));
  }
}

}  // namespace ari::replay
