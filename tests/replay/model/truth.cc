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

}  // namespace ari::test
