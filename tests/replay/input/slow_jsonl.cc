#include "tests/replay/input/slow_jsonl.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>
#include <set>

#include "subscriber/text_writer.h"

namespace ari::test {

using simdjson::dom::element;

namespace {

std::string text(element line, const char* key) { return std::string(std::string_view(line[key])); }

bool has(element line, const char* key) { return line[key].error() == simdjson::SUCCESS; }

// Seconds since 1970 by the calendar of the C library, nine digits behind them.
std::int64_t instant(std::string_view at) {
  std::tm time{};
  long fraction = 0;
  if (std::sscanf(std::string(at).c_str(), "%d-%d-%dT%d:%d:%d.%9ldZ", &time.tm_year, &time.tm_mon,
                  &time.tm_mday, &time.tm_hour, &time.tm_min, &time.tm_sec, &fraction) != 7) {
    throw std::runtime_error("no instant");
  }
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  return std::int64_t{timegm(&time)} * 1'000'000'000 + fraction;
}

std::string value(element value, bool bare) {
  if (value.is_string()) {
    const std::string text(std::string_view{value});
    if (bare) return "~" + text;
    std::string quoted;
    subscriber::append_value(quoted, subscriber::Value(std::string_view(text)));
    return quoted;
  }
  if (value.is_bool()) return bool(value) ? "true" : "false";
  if (value.type() == simdjson::dom::element_type::DOUBLE) {
    std::string printed;
    subscriber::append_value(printed, subscriber::Value(double(value)));
    return printed;
  }
  const std::string digits = simdjson::minify(value);
  return digits + (digits[0] == '-' ? "i" : "u");
}

std::string fields(element line) {
  std::set<std::string> bare;
  if (has(line, "display")) {
    for (element name : simdjson::dom::array(line["display"])) {
      bare.insert(std::string(std::string_view(name)));
    }
  }
  std::string text;
  if (has(line, "fields")) {
    for (const auto& field : simdjson::dom::object(line["fields"])) {
      const std::string name(field.key);
      text += fmt::format("{}{}={}", text.empty() ? " {" : " ", name,
                          value(field.value, bare.contains(name)));
    }
  }
  return text.empty() ? "" : text + "}";
}

std::string inside(element line) {
  return has(line, "in") ? fmt::format(" in {}", std::uint64_t(line["in"])) : "";
}

std::string described(element line) {
  std::string shown;
  if (!text(line, "target").empty()) shown = fmt::format(" target=\"{}\"", text(line, "target"));
  if (has(line, "level") && text(line, "level") != "TRACE")
    shown += fmt::format(" {}", text(line, "level"));
  return shown + fields(line);
}

std::string read_line(element line, std::map<std::uint64_t, std::string>& locations) {
  const std::string kind = text(line, "k");
  std::string shown = fmt::format("{} ", instant(text(line, "at")));
  if (has(line, "th")) shown += fmt::format("th{} ", std::uint64_t(line["th"]));
  if (kind == "new") {
    const std::string name = text(line, "name");
    return shown + fmt::format("new {}{}", std::uint64_t(line["id"]), inside(line)) +
           (name.empty() ? "" : fmt::format(" \"{}\"", name)) + described(line);
  }
  if (kind == "enter") {
    const bool destroy = has(line, "destroy") && bool(line["destroy"]);
    return shown +
           fmt::format("enter {} {}", std::uint64_t(line["id"]), destroy ? "destroy" : "poll");
  }
  if (kind == "exit") {
    return shown + fmt::format("exit {}", std::uint64_t(line["id"])) +
           (has(line, "loc") ? locations[std::uint64_t(line["loc"])] : "");
  }
  if (kind == "close") {
    return shown + fmt::format("close {}", std::uint64_t(line["id"])) +
           (has(line, "outcome") ? fmt::format(" {}", text(line, "outcome")) : "");
  }
  if (kind == "event") return shown + "event" + inside(line) + described(line);
  if (kind == "clone" || kind == "drop" || kind == "wake" || kind == "wake_by_ref") {
    return shown + fmt::format("waker.{} of {}{} target=\"runtime::waker\"", kind,
                               std::uint64_t(line["task"]), inside(line));
  }
  if (kind == "loc") {
    locations[std::uint64_t(line["loc"])] =
        fmt::format(" at {}:{}:{} {}", text(line, "file"), std::uint64_t(line["line"]),
                    std::uint64_t(line["col"]), text(line, "fn"));
    return "";
  }
  return "error";
}

}  // namespace

std::string SlowJsonl::read(std::string_view line) {
  simdjson::dom::parser parser;
  element parsed;
  try {
    if (parser.parse(line).get(parsed) != simdjson::SUCCESS) return "error";
    return read_line(parsed, locations_);
  } catch (const std::exception&) {
    return "error";
  }
}

}  // namespace ari::test
