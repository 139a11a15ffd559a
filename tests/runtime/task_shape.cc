#include "tests/runtime/task_shape.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/run.h"

namespace ari::test {

namespace {

namespace dom = simdjson::dom;

// One call as both sources tell it.
struct Line {
  std::string thread;
  std::string scope;  // "R2 O3 P4", or "-"
  std::string what;   // "enter"
};

struct Span {
  std::string short_name;  // "T1"
  std::string target;
  std::string task_name;
  std::string task_kind;
  std::vector<std::string> fields;
};

struct Story {
  std::vector<Line> lines;
  std::vector<Span> spans;  // in the order of their opening
};

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> found;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) found.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return found;
}

std::string join_sorted(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

// Event fields as "a=1 b=2", sorted, a duration without its number.
std::string event_text(const std::string& kind, std::vector<std::string> fields) {
  for (std::string& field : fields) {
    if (field.starts_with("duration=")) field = "duration=N";
  }
  return kind + " " + join_sorted(std::move(fields));
}

// ---- ours

// What Tokio does not tell.
bool is_ours_alone(const std::string& what, const std::set<std::string>& block_on_tasks) {
  for (const char* target :
       {"runtime::task:", "joins ", "runtime::worker:", "runtime::blocking:"}) {
    if (what.starts_with(target)) return true;
  }
  if (what == "state_update arrived=0 arrived.op=\"override\"") return true;
  if (what.starts_with("state_update late=")) return true;
  const std::size_t paren = what.find('(');
  return what.ends_with(")") &&
         block_on_tasks.contains(what.substr(paren + 1, what.size() - paren - 2));
}

Story our_story(const Recorder& recorder) {
  Story story;
  std::set<std::string> block_on_tasks;
  const std::vector<std::string> lines = recorder.lines();
  const std::vector<std::size_t> threads = recorder.threads();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::size_t bar = line.find(" | ");
    Line parsed{std::to_string(threads[i]), line.substr(0, bar), line.substr(bar + 3)};
    const std::string subject = words(parsed.scope).back();
    if (is_ours_alone(parsed.what, block_on_tasks)) continue;
    if (parsed.what == "new") {
      Span span{subject, recorder.target(subject), "", "", {}};
      for (const std::string& field : words(recorder.fields(subject))) {
        const std::size_t equals = field.find('=');
        if (equals == std::string::npos) continue;  // the rest of a value with a space
        span.fields.push_back(field.substr(0, equals));
        if (span.fields.back() == "kind") span.task_kind = field.substr(equals + 1);
      }
      const std::string all = recorder.fields(subject);
      const std::size_t name = all.find("task.name="), id = all.find(" task.id=");
      if (name != std::string::npos) span.task_name = all.substr(name + 10, id - name - 10);
      if (span.task_kind == "block_on") block_on_tasks.insert(subject);
      story.spans.push_back(std::move(span));
    } else if (parsed.what == "destroy") {
      parsed.what = "enter";
    } else if (parsed.what.starts_with("close")) {
      parsed.what = "close";
    } else if (const std::size_t update = parsed.what.find("state_update ");
               update != std::string::npos) {
      const std::size_t fields = update + 13;
      parsed.what =
          event_text(parsed.what.substr(0, fields - 1), words(parsed.what.substr(fields)));
    } else if (parsed.what.starts_with("app: ")) {
      parsed.what = event_text("event", words(parsed.what.substr(5)));
    }
    story.lines.push_back(std::move(parsed));
  }
  return story;
}

// ---- Tokio's

std::string value_text(dom::element value) {
  return value.is_string() ? "\"" + std::string(std::string_view(value)) + "\""
                           : simdjson::to_string(value);
}

std::vector<std::string> field_texts(dom::object fields) {
  std::vector<std::string> texts;
  for (const auto [key, value] : fields) {
    const std::string shown =
        key == "message" ? std::string(std::string_view(value)) : value_text(value);
    for (const std::string& word : words(std::string(key) + "=" + shown)) texts.push_back(word);
  }
  return texts;
}

class TokioStory {
 public:
  Story read(const std::string& capture) {
    const Ran ran =
        run("zstd -dcqf " + capture_file(ARI_TESTDATA "/captures/" + capture, "truth.jsonl"));
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    dom::parser parser;
    for (const std::string& text : lines_of(ran.out)) {
      auto parsed = parser.parse(text);
      if (parsed.error() == simdjson::SUCCESS) take(parsed.value());
    }
    return std::move(story_);
  }

 private:
  void take(dom::element call) {
    const std::string_view kind = call["k"];
    const std::string thread{std::string_view(call["thread"])};
    if (kind == "event") {
      std::string scope;
      for (const std::uint64_t id : call["scope"].get_array()) {
        if (!workers_.contains(id)) scope += names_[id] + " ";
      }
      if (scope.empty()) scope = "- ";
      scope.pop_back();
      story_.lines.push_back({thread, scope, event(call)});
      return;
    }
    const std::uint64_t id = call["id"];
    if (kind == "new" && !open(id, call)) return;
    if (workers_.contains(id)) return;
    story_.lines.push_back({thread, scopes_[id], std::string(kind)});
  }

  // False: it is a worker's, and left out.
  bool open(std::uint64_t id, dom::element call) {
    std::string_view fn;
    if (call["fields"]["fn"].get(fn) == simdjson::SUCCESS &&
        fn.starts_with("tokio::runtime::scheduler::multi_thread::worker")) {
      workers_.insert(id);
      return false;
    }
    static const std::map<std::string_view, char> letters = {
        {"runtime.spawn", 'T'},
        {"runtime.resource", 'R'},
        {"runtime.resource.async_op", 'O'},
        {"runtime.resource.async_op.poll", 'P'}};
    const auto letter = letters.find(std::string_view(call["name"]));
    names_[id] =
        (letter != letters.end() ? letter->second : 'S') + std::to_string(story_.spans.size() + 1);
    const dom::element parent = call["parent"];
    scopes_[id] = parent.is_null() ? names_[id] : scopes_[std::uint64_t{parent}] + " " + names_[id];
    Span span{names_[id], std::string(std::string_view(call["target"])), "", "", {}};
    for (const auto [key, value] : dom::object(call["fields"])) {
      span.fields.emplace_back(key);
      if (key == "task.name") span.task_name = std::string_view(value);
      if (key == "kind") span.task_kind = std::string_view(value);
    }
    story_.spans.push_back(std::move(span));
    return true;
  }

  std::string event(dom::element call) {
    const std::string_view target = call["target"];
    const dom::object fields = call["fields"];
    if (target == "tokio::task::waker") {
      std::string op{std::string_view(fields["op"]).substr(6)};
      if (op == "wake_by_ref") op = "wake_ref";
      return op + "(" + names_[std::uint64_t{fields["task.id"]}] + ")";
    }
    if (target == "runtime::resource::poll_op") {
      return "poll_op " + std::string(std::string_view(fields["op_name"])) + " " +
             value_text(fields["is_ready"]);
    }
    constexpr std::string_view kOfResources = "runtime::resource::";
    const bool is_update = target.ends_with("::state_update");
    return event_text(is_update ? std::string(target.substr(kOfResources.size())) : "event",
                      field_texts(fields));
  }

  Story story_;
  std::map<std::uint64_t, std::string> names_;
  std::map<std::uint64_t, std::string> scopes_;
  std::set<std::uint64_t> workers_;
};

// ---- both

// Replaces T7, R8, … by T1, R2, … in the order in which they appear.
class Renumbering {
 public:
  std::string apply(const std::string& text) {
    std::string renumbered;
    for (std::size_t i = 0; i < text.size();) {
      std::size_t end = i + 1;
      const bool span_letter = std::string_view("TROPS").find(text[i]) != std::string_view::npos;
      const bool starts_word = i == 0 || text[i - 1] == ' ' || text[i - 1] == '(';
      while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
      if (span_letter && starts_word && end > i + 1) {
        const auto number = numbers_.try_emplace(text.substr(i, end - i), numbers_.size() + 1);
        renumbered += text[i] + std::to_string(number.first->second);
        i = end;
      } else {
        renumbered += text[i++];
      }
    }
    return renumbered;
  }

 private:
  std::map<std::string, std::size_t> numbers_;
};

// The scope of what is left of hidden spans: the task that is entered there.
constexpr const char* kTheTask = "task";

// Takes the spans with these targets out of the story, but for the waker events inside of
// them.
void hide(Story& story, const Hidden& targets) {
  std::set<std::string> names;
  std::erase_if(story.spans, [&](const Span& span) {
    if (!targets.contains(span.target)) return false;
    names.insert(span.short_name);
    return true;
  });
  std::erase_if(story.lines, [&](Line& line) {
    if (!names.contains(words(line.scope).back())) return false;
    line.scope = kTheTask;
    return !line.what.ends_with(")");
  });
}

TaskShape shape_of(const Story& story, const Span& task) {
  TaskShape shape{task.task_kind == "block_on" ? "block_on" : task.task_name, {}, {}};
  Renumbering renumber;
  std::set<std::string> inside;  // threads on which the task is entered
  std::set<std::string> opened;
  for (const Line& line : story.lines) {
    const bool own = words(line.scope).back() == task.short_name;
    const bool was_inside = inside.contains(line.thread);
    const bool speaks_of_it = line.what.ends_with("(" + task.short_name + ")");
    if (own && line.what == "enter") inside.insert(line.thread);
    if (own && line.what == "exit") inside.erase(line.thread);
    if (!own && !was_inside && !speaks_of_it) continue;
    if (line.what == "new") opened.insert(words(line.scope).back());
    std::string scope = own || was_inside ? line.scope : "-";
    if (scope == kTheTask) scope = task.short_name;
    shape.lines.push_back(renumber.apply(scope + " | " + line.what));
  }
  for (const Span& span : story.spans) {
    if (!opened.contains(span.short_name)) continue;
    shape.spans.push_back(renumber.apply(span.short_name) + ": " + join_sorted(span.fields));
  }
  return shape;
}

std::vector<TaskShape> shapes_of(Story story, const Hidden& hidden) {
  hide(story, hidden);
  std::vector<TaskShape> shapes;
  for (const Span& span : story.spans) {
    if (span.short_name[0] == 'T') shapes.push_back(shape_of(story, span));
  }
  return shapes;
}

}  // namespace

std::vector<TaskShape> tokio_tasks(const std::string& capture, const Hidden& hidden) {
  return shapes_of(TokioStory().read(capture), hidden);
}

std::vector<TaskShape> our_tasks(const Recorder& recorder, const Hidden& hidden) {
  return shapes_of(our_story(recorder), hidden);
}

}  // namespace ari::test
