#include "tests/replay/input/fmt_truth.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <charconv>
#include <map>
#include <vector>

#include "replay/input/log.h"
#include "subscriber/text_writer.h"
#include "tests/support/run.h"

namespace ari::test {

namespace {

using subscriber::Record;
using subscriber::RecordKind;

// A line, in words that both the truth and a log can say it in.
struct Deed {
  std::string kind;  // new, enter, exit, close, event
  std::uint64_t id = 0;
  std::string says;          // all that does not depend on how spans are numbered
  std::uint64_t parent = 0;  // new
  std::uint64_t waker = 0;   // the task whose waker the event is about
  bool about_waker = false;
};

using ByThread = std::map<std::uint32_t, std::vector<Deed>>;

std::string join(const std::map<std::string, std::string>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += fmt::format(" {}={}", name, value);
  return text;
}

// Only of Tokio's own events it is certain how fmt's text is to be taken apart.
bool is_tokios(std::string_view target) {
  return target.starts_with("runtime::") || target.starts_with("tokio::");
}

// ---- the truth

std::string text_of(simdjson::dom::element value) {
  if (value.is_string()) return std::string(std::string_view(value));
  return simdjson::minify(value);
}

std::map<std::string, std::string> fields_of(simdjson::dom::element line) {
  std::map<std::string, std::string> fields;
  for (const auto& field : simdjson::dom::object(line["fields"])) {
    fields[std::string(field.key)] = text_of(field.value);
  }
  return fields;
}

std::uint32_t number_of(std::string_view thread) {
  std::uint32_t number = 0;
  thread.remove_prefix(std::string_view("ThreadId(").size());
  std::from_chars(thread.data(), thread.data() + thread.size(), number);
  return number;
}

Deed truth_of(simdjson::dom::element line) {
  Deed deed{.kind = text_of(line["k"])};
  if (deed.kind == "event") {
    for (simdjson::dom::element span : line["scope"]) deed.id = span;
    const std::string target = text_of(line["target"]);
    deed.says = target;
    if (!is_tokios(target)) return deed;
    auto fields = fields_of(line);
    if (target == "tokio::task::waker") {
      deed.about_waker = true;
      deed.waker = line["fields"]["task.id"];
      fields.erase("task.id");
    }
    deed.says += join(fields);
    return deed;
  }
  deed.id = line["id"];
  if (deed.kind != "new") return deed;
  if (!line["parent"].is_null()) deed.parent = line["parent"];
  deed.says = text_of(line["name"]) + join(fields_of(line));
  return deed;
}

ByThread read_truth(const std::string& path) {
  const auto source = replay::open_source(path);
  EXPECT_TRUE(source.has_value()) << path;
  std::string text;
  char piece[4096];
  while (const std::size_t n = source.value()->read(piece, sizeof piece)) text.append(piece, n);
  ByThread truth;
  simdjson::dom::parser parser;
  for (const std::string& line : lines_of(text)) {
    const simdjson::dom::element element = parser.parse(line);
    if (text_of(element["k"]) == "record") continue;
    truth[number_of(text_of(element["thread"]))].push_back(truth_of(element));
  }
  return truth;
}

// ---- the log

std::string text_of(const subscriber::Value& value) {
  if (value.is_text()) return std::string(value.text());
  std::string text;
  subscriber::append_value(text, value);
  return text;
}

class Deeds : public replay::RecordSink {
 public:
  void record(const Record& record, const replay::Line&) override {
    if (record.implied || record.kind == RecordKind::kThread) return;
    by_thread[record.thread].push_back(deed_of(record));
  }
  ByThread by_thread;

 private:
  static Deed deed_of(const Record& record) {
    std::map<std::string, std::string> fields;
    for (const subscriber::Field& field : record.fields) {
      fields[std::string(field.name)] = text_of(field.value);
    }
    Deed deed{.kind = "event", .id = record.span};
    switch (record.kind) {
      case RecordKind::kNew:
        deed.kind = "new";
        deed.parent = record.parent;
        deed.says = std::string(record.name) + join(fields);
        break;
      case RecordKind::kEnter:
        deed.kind = "enter";
        break;
      case RecordKind::kExit:
        deed.kind = "exit";
        break;
      case RecordKind::kClose:
        deed.kind = "close";
        break;
      case RecordKind::kWaker:
        deed.about_waker = true;
        deed.waker = record.task;
        deed.says = fmt::format("{} op={}", record.target, subscriber::waker_op_name(record.op));
        break;
      default:
        deed.says = record.target;
        deed.about_waker = record.target == "tokio::task::waker";
        if (deed.about_waker) fields.erase("task.id");
        if (is_tokios(record.target)) deed.says += join(fields);
        break;
    }
    return deed;
  }
};

// ---- comparing

struct Known {
  std::uint64_t ours = 0;
  bool task = false;
};
using Ids = std::map<std::uint64_t, Known>;  // by the truth's

// Ids may not come again: then the truth's would not tell spans apart.
Ids match_spans(const ByThread& truth, const ByThread& log) {
  Ids ids;
  for (const auto& [thread, deeds] : truth) {
    const auto ours = log.find(thread);
    if (ours == log.end()) continue;
    for (std::size_t i = 0; i < std::min(deeds.size(), ours->second.size()); ++i) {
      if (deeds[i].kind != "new") continue;
      const bool task = deeds[i].says.starts_with("runtime.spawn ");
      EXPECT_TRUE(ids.try_emplace(deeds[i].id, Known{ours->second[i].id, task}).second);
    }
  }
  return ids;
}

void compare(const Deed& want, const Deed& got, Ids& ids, FmtScore& score) {
  ++score.lines;
  if (ids[want.id].ours != got.id || ids[want.parent].ours != got.parent) {
    ++score.misplaced;
    score.tasks_misplaced += ids[want.id].task ? 1 : 0;
  }
  if (want.about_waker) {
    score.wakers_left_out += got.waker == 0 ? 1 : 0;
    score.wakers_wrong += got.waker != 0 && got.waker != ids[want.waker].ours ? 1 : 0;
  }
  if ((want.kind == got.kind && want.says == got.says) || !score.first_difference.empty()) return;
  score.first_difference =
      fmt::format("want {} {}\ngot  {} {}", want.kind, want.says, got.kind, got.says);
}

}  // namespace

FmtScore score_fmt(const std::string& log_path, const std::string& truth_path) {
  FmtScore score;
  Deeds log;
  const auto coverage = replay::read_log(log_path, log);
  EXPECT_TRUE(coverage.has_value()) << log_path;
  if (!coverage.has_value()) return score;
  score.coverage = coverage.value();
  const ByThread truth = read_truth(truth_path);
  Ids ids = match_spans(truth, log.by_thread);
  for (const auto& [thread, want] : truth) {
    const std::vector<Deed>& got = log.by_thread[thread];
    if (got.size() != want.size()) {
      score.first_difference =
          fmt::format("{} lines on thread {}, want {}", got.size(), thread, want.size());
      return score;
    }
    for (std::size_t i = 0; i < want.size(); ++i) compare(want[i], got[i], ids, score);
  }
  return score;
}

}  // namespace ari::test
