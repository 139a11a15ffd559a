#include "replay/report/lint_sarif.h"
#include "replay/input/line_number.h"
#include "replay/report/log_lines.h"

#include <fmt/format.h>

#include <cstddef>

#include "replay/report/json_writer.h"
#include "replay/report/lint_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// The path as an URI reference (RFC 3986): absolute ones with their scheme.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kKept =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (c == '\\') {
      out += '/';  // a path of Windows
    } else if (kKept.find(c) != kKept.npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

class SarifWriter {
 public:
  SarifWriter(const Model& model, const LintSettings& settings, std::string& out)
      : model_(model), settings_(settings), json_(out) {}

  void document(const Findings& findings, std::string_view version) {
    json_.begin_object();
    json_.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_.member("version", "2.1.0");
    json_.key("runs");
    json_.begin_list();
    json_.begin_object();
    tool(version);
    json_.member("columnKind", "unicodeCodePoints");
    json_.key("results");
    json_.begin_list();
    for (const Finding& finding : findings) {
      json_.new_line();
      result(finding);
    }
    json_.end_list();
    json_.end_object();
    json_.end_list();
    json_.end_object();
  }

 private:
  void tool(std::string_view version) {
    json_.key("tool");
    json_.begin_object();
    json_.key("driver");
    json_.begin_object();
    json_.member("name", "ari-replay");
    json_.member("version", version);
    json_.key("rules");
    json_.begin_list();
    for (const Lint& lint : all_lints()) {
      json_.new_line();
      rule(lint);
    }
    json_.end_list();
    json_.end_object();
    json_.end_object();
  }

  void rule(const Lint& lint) {
    json_.begin_object();
    json_.member("id", lint.name);
    text("shortDescription", lint.summary);
    text("fullDescription", lint.explanation.meaning);
    text("help", fmt::format("{} {}", lint.explanation.reason, lint.explanation.advice));
    json_.key("defaultConfiguration");
    json_.begin_object();
    json_.member("enabled", settings_.level(lint.name) != Level::kAllow);
    json_.end_object();
    json_.end_object();
  }

  void result(const Finding& finding) {
    const Task& task = model_.tasks[finding.task];
    json_.begin_object();
    json_.member("ruleId", finding.lint);
    json_.member("ruleIndex", static_cast<std::size_t>(find_lint(finding.lint) - &all_lints()[0]));
    level(finding);
    text("message", fmt::format("{}: {}", task_label(task), escaped(finding.message)));
    const std::string& log = path_of_line(model_.coverage, finding.first_line);
    const bool has_lines = log != "-" && finding.first_line != 0;
    if (task.location) {
      list("locations", [&] { spawn_location(*task.location); });
      if (has_lines) list("relatedLocations", [&] { log_lines(finding); });
    } else if (has_lines) {
      list("locations", [&] { log_lines(finding); });
    }
    json_.key("properties");
    json_.begin_object();
    json_.member("status", status_name(finding.status));
    json_.member("span", task.span);
    json_.end_object();
    json_.end_object();
  }

  // A result that is no failure has no level: 3.27.10.
  void level(const Finding& finding) {
    if (is_denied(finding, settings_)) {
      json_.member("level", "error");
    } else if (finding.status == Status::kRefuted) {
      json_.member("kind", "informational");
      json_.member("level", "none");
    } else {
      json_.member("level", "warning");
    }
  }

  void spawn_location(const SourceLocation& at) {
    json_.begin_object();
    json_.key("physicalLocation");
    json_.begin_object();
    artifact(at.file);
    if (at.line > 0) {
      json_.key("region");
      json_.begin_object();
      json_.member("startLine", at.line);
      if (at.column > 0) json_.member("startColumn", at.column);
      json_.end_object();
    }
    json_.end_object();
    text("message", "where the task was spawned");
    json_.end_object();
  }

  void log_lines(const Finding& finding) {
    json_.begin_object();
    json_.key("physicalLocation");
    json_.begin_object();
    const LineNumber first = finding.first_line, last = finding.last_line;
    artifact(path_of_line(model_.coverage, first));
    json_.key("region");
    json_.begin_object();
    json_.member("startLine", line_in_file(first));
    // A place is in one file: of lines that go on in the next only the first is told.
    if (last > first && file_of_line(last) == file_of_line(first)) {
      json_.member("endLine", line_in_file(last));
    }
    json_.end_object();
    json_.end_object();
    text("message", "the log lines behind it");
    json_.end_object();
  }

  void artifact(std::string_view path) {
    json_.key("artifactLocation");
    json_.begin_object();
    json_.member("uri", uri_of(path));
    json_.end_object();
  }

  // A list of one.
  void list(std::string_view name, const auto& write_element) {
    json_.key(name);
    json_.begin_list();
    write_element();
    json_.end_list();
  }

  void text(std::string_view name, std::string_view words) {
    json_.key(name);
    json_.begin_object();
    json_.member("text", words);
    json_.end_object();
  }

  const Model& model_;
  const LintSettings& settings_;
  JsonWriter json_;
};

}  // namespace

void lint_sarif(const Model& model, const Findings& findings, const LintSettings& settings,
                std::string_view version, std::string& out) {
  SarifWriter(model, settings, out).document(findings, version);
  out += '\n';
}

}  // namespace ari::replay
