#include "replay/report/lint_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "replay/report/json_members.h"
#include "replay/report/json_writer.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kMostColumns = 80;  // longer lines of prose are hard to read
constexpr std::size_t kIndent = 2;

std::string of_ari(const Lint& lint) {
  const Limit& limit = lint.limit;
  if (limit.fallback_of_ari == 0) return {};
  return fmt::format(", for tasks of ari {}", limit_text(limit.unit, limit.fallback_of_ari));
}

std::string settings_text(const Lint& lint) {
  const std::string limit = limit_text(lint.limit.unit, lint.limit.fallback);
  std::string out;
  if (!limit.empty())
    out = fmt::format("Limit {}{}, unless --limit {}=… says otherwise. ", limit, of_ari(lint),
                      lint.name);
  out += lint.by_default
             ? fmt::format("Looked for by default; --allow {} turns it off.", lint.name)
             : fmt::format("Looked for only with --warn, --deny or --only {}.", lint.name);
  if (lint.is_consoles) out += " tokio-console warns of it too.";
  return out;
}

void append_prose(std::string_view text, std::size_t columns, std::string& out) {
  for (const std::string& line : wrap(text, columns - kIndent)) {
    out += std::string(kIndent, ' ') + line + '\n';
  }
}

void append_code(std::string_view code, std::string& out) {
  while (!code.empty()) {
    const std::string_view line = code.substr(0, code.find('\n'));
    if (!line.empty()) out += std::string(kIndent, ' ') + std::string(line);
    out += '\n';
    code.remove_prefix(std::min(code.size(), line.size() + 1));
  }
}

}  // namespace

void explanation_text(const Lint& lint, const TextStyle& style, std::string& out) {
  const std::size_t columns = std::min(style.width, kMostColumns);
  const auto title = [&](std::string_view text) {
    out += '\n';
    style.paint.append(out, Role::kHeading, text);
    out += '\n';
  };
  const Explanation& about = lint.explanation;
  style.paint.append(out, Role::kWarning, lint.name);
  out += fmt::format(": {}\n", lint.summary);
  for (const std::string& line : wrap(settings_text(lint), columns)) {
    style.paint.append(out, Role::kDim, line);
    out += '\n';
  }
  title("What it means");
  append_prose(about.meaning, columns, out);
  title("Why it matters");
  append_prose(about.reason, columns, out);
  title("What to do");
  append_prose(about.advice, columns, out);
  title("Rust");
  append_code(about.rust, out);
  title("C++");
  append_code(about.cpp, out);
}

void explanation_json(const Lint& lint, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  json.member("version", 1);
  json.member("lint", lint.name);
  json.member("summary", lint.summary);
  member_or_null(json, "limit", limit_text(lint.limit.unit, lint.limit.fallback));
  if (lint.limit.fallback_of_ari != 0) {
    json.member("limit_of_ari", limit_text(lint.limit.unit, lint.limit.fallback_of_ari));
  }
  json.member("by_default", lint.by_default);
  json.member("meaning", lint.explanation.meaning);
  json.member("reason", lint.explanation.reason);
  json.member("advice", lint.explanation.advice);
  json.member("rust", lint.explanation.rust);
  json.member("cpp", lint.explanation.cpp);
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
