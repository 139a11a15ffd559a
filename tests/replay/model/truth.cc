#include "tests/replay/model/truth.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <set>
#include <utility>

#include "replay/input/zstd_source.h"
#include "tests/support/run.h"

namespace ari::test {

using replay::SpanId;

namespace {

std::string read_whole(const std::string& path) {
  const auto source = replay::open_source(path);
  EXPECT_TRUE(source.has_value()) << path;
  std::string text;
  char piece[4096];
  while (const std::size_t n = source.value()->read(piece, sizeof piece)) text.append(piece, n);
  EXPECT_EQ(source.value()->fault(), "");
  return text;
}

class TruthReader {
 public:
  void read(simdjson::dom::element line) {
    const std::string_view kind = line["k"];
    if (kind == "new") return new_span(line);
    if (kind == "event") return event(line);
    if (kind != "enter" && kind != "exit" && kind != "close") return;
    Step step = base(line, line["id"]);
    step.deed = kind == "enter" ? Deed::kEnter : kind == "exit" ? Deed::kExit : Deed::kClose;
    if (tasks_.contains(step.task)) truth.steps.push_back(step);
  }

  Truth truth;

 private:
  Step base(simdjson::dom::element line, std::uint64_t task) {
    const std::string_view thread = line["thread"];
    const auto number =
        threads_.try_emplace(std::string(thread), threads_.size() + 1).first->second;
    return {.at_ns = line["at"], .task = task, .thread = static_cast<std::uint32_t>(number)};
  }

  void new_span(simdjson::dom::element line) {
    const std::string_view name = line["name"];
    truth.resources += name == "runtime.resource" ? 1 : 0;
    truth.async_ops += name == "runtime.resource.async_op" ? 1 : 0;
    if (name != "runtime.spawn") return;
    Step step = base(line, line["id"]);
    step.kind = std::string_view(line["fields"]["kind"]);
    EXPECT_TRUE(tasks_.insert(step.task).second) << "id used again: " << step.task;
    truth.steps.push_back(step);
  }

  void event(simdjson::dom::element line) {
    if (std::string_view(line["target"]) != "tokio::task::waker") return;
    const std::map<std::string_view, Deed> deeds = {{"waker.clone", Deed::kClone},
                                                    {"waker.drop", Deed::kDrop},
                                                    {"waker.wake", Deed::kWake},
                                                    {"waker.wake_by_ref", Deed::kWakeByRef}};
    Step step = base(line, line["fields"]["task.id"]);
    step.deed = deeds.at(line["fields"]["op"]);
    if (tasks_.contains(step.task)) truth.steps.push_back(step);
  }

  std::map<std::string, std::size_t> threads_;
  std::set<SpanId> tasks_;
};

FieldValue field_value(simdjson::dom::element value) {
  if (std::uint64_t number = 0; !value.get(number)) return number;
  if (std::int64_t number = 0; !value.get(number)) return number;
  if (bool flag = false; !value.get(flag)) return flag;
  return std::string(std::string_view(value));
}

SpanId id_or_0(simdjson::dom::element line, const char* key) {
  std::uint64_t id = 0;
  return line[key].get(id) ? 0 : id;
}

// The span that an event happened in is the last of its scope.
SpanId innermost(simdjson::dom::element line) {
  SpanId id = 0;
  simdjson::dom::array scope;
  if (line["scope"].get(scope)) return 0;
  for (const simdjson::dom::element span : scope) id = span;
  return id;
}

// Nothing for lines that are about no span and no event.
bool read_happening(simdjson::dom::element line, Happening& h) {
  const std::map<std::string_view, subscriber::RecordKind> kinds = {
      {"new", subscriber::RecordKind::kNew},
      {"enter", subscriber::RecordKind::kEnter},
      {"exit", subscriber::RecordKind::kExit},
      {"close", subscriber::RecordKind::kClose},
      {"event", subscriber::RecordKind::kEvent}};
  const auto kind = kinds.find(line["k"]);
  if (kind == kinds.end()) return false;
  h.kind = kind->second;
  h.at_ns = line["at"];
  h.span = h.kind == subscriber::RecordKind::kEvent ? innermost(line) : id_or_0(line, "id");
  h.parent = id_or_0(line, "parent");
  std::string_view text;
  if (!line["name"].get(text)) h.name = text;
  if (!line["target"].get(text)) h.target = text;
  simdjson::dom::object fields;
  if (line["fields"].get(fields)) return true;
  for (const auto [key, value] : fields)
    h.fields.emplace_back(std::string(key), field_value(value));
  if (h.target != "tokio::task::waker") return true;
  h.kind = subscriber::RecordKind::kWaker;
  h.op = *subscriber::waker_op_from_name(std::string_view(fields["op"]));
  h.task = fields["task.id"];
  return true;
}

// Every task that closed was destroyed in its last pair: so it is with the `tracing` that
// these runs were made with. One that did not close was, if nothing had woken it (Tokio
// polls only what was woken).
void tell_destructions(Steps& steps) {
  struct Last {
    Step* enter = nullptr;
    bool first = true, woken = false, woken_since = true, closed = false, exempt = false;
  };
  std::map<SpanId, Last> last;
  for (Step& step : steps) {
    Last& task = last[step.task];
    if (step.deed == Deed::kSpawn) task.exempt = step.kind == "block_on" || step.kind == "blocking";
    if (step.deed == Deed::kWake || step.deed == Deed::kWakeByRef) task.woken_since = true;
    if (step.deed == Deed::kClose) task.closed = true;
    if (step.deed != Deed::kEnter) continue;
    step.destroy = false;
    task.first = task.enter == nullptr;
    task.enter = &step;
    task.woken = std::exchange(task.woken_since, false);
  }
  for (const auto& [id, task] : last) {
    const bool unasked_for = !task.first && !task.woken && !task.exempt;
    if (task.enter != nullptr) task.enter->destroy = task.closed || unasked_for;
  }
}

}  // namespace

Truth read_truth(const std::string& folder) {
  TruthReader reader;
  simdjson::dom::parser parser;
  for (const std::string& line : lines_of(read_whole(capture_file(folder, "truth.jsonl")))) {
    reader.read(parser.parse(line));
  }
  tell_destructions(reader.truth.steps);
  return std::move(reader.truth);
}

Happenings read_whole_truth(const std::string& folder) {
  Happenings log;
  std::map<std::string, std::uint32_t> threads;
  simdjson::dom::parser parser;
  for (const std::string& text : lines_of(read_whole(capture_file(folder, "truth.jsonl")))) {
    const simdjson::dom::element line = parser.parse(text);
    Happening h;
    if (!read_happening(line, h)) continue;
    const auto next = static_cast<std::uint32_t>(threads.size() + 1);
    h.thread =
        threads.try_emplace(std::string(std::string_view(line["thread"])), next).first->second;
    log.push_back(std::move(h));
  }
  return log;
}

}  // namespace ari::test
