#include "tests/replay/logs/described.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "replay/lint/lint_settings.h"
#include "replay/report/dump_view.h"
#include "replay/report/lint_view.h"
#include "replay/report/ops_view.h"
#include "replay/report/resources_view.h"
#include "replay/report/tasks_view.h"
#include "replay/report/waits_view.h"
#include "tests/support/run.h"

namespace ari::test {

using replay::Distribution;
using replay::Model;

namespace {

// Takes out the members whose key ends in "line" or "file": a number, or null.
void take_out_lines(std::string& element) {
  for (const std::string_view end : {"line\":", "file\":"}) {
    for (std::size_t at = 0; (at = element.find(end, at)) != std::string::npos;) {
      const std::size_t value = at + end.size();
      const std::size_t begin = element.rfind(",\"", at);
      const std::size_t over = element.find_first_of(",}", value);
      const bool is_member = begin != std::string::npos &&
                             element.find_first_of("\": ", begin + 2) >= at &&
                             (std::isdigit(element[value]) != 0 || element[value] == 'n');
      at = is_member ? begin : value;
      if (is_member) element.erase(begin, over - begin);
    }
  }
}

// The lists of a JSON document, an element a line; without line numbers, which are of a file.
std::vector<std::string> elements(const std::string& json) {
  std::vector<std::string> out;
  for (const std::string& line : lines_of(json)) {
    if (line.starts_with("{\"version\"")) continue;  // the coverage
    std::string element = line;
    take_out_lines(element);
    if (element.ends_with(',')) element.pop_back();
    while (element.ends_with("]}")) element.resize(element.size() - 2);
    out.push_back(std::move(element));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

replay::FoldOptions all_options() {
  replay::FoldOptions options;
  options.resources = options.deadlocks = true;
  return options;
}

Model folded(const std::vector<std::string>& paths) {
  replay::Result<Model> model = replay::fold(paths, all_options());
  EXPECT_TRUE(model.has_value()) << model.error().message;
  return std::move(model).value();
}

std::vector<std::string> described(const Model& model) {
  const replay::Findings findings = replay::run_lints(model, replay::LintSettings(model.semantics));
  std::string json;
  replay::tasks_json(model, findings, {}, json);
  replay::resources_json(model, {}, json);
  replay::ops_json(model, {}, json);
  replay::lint_json(model, findings, json);
  replay::waits_json(model, json);
  replay::dump_json(model, replay::DumpForm::kDump, json);
  std::vector<std::string> out = elements(json);
  const auto figures = [](const Distribution& d) {
    return std::to_string(d.count) + ' ' + std::to_string(d.p50_ns) + ' ' +
           std::to_string(d.max_ns);
  };
  out.push_back(figures(model.poll_times) + " / " + figures(model.scheduled_times));
  return out;
}

}  // namespace ari::test
