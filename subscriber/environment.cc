#include "subscriber/environment.h"

#include <algorithm>
#include <optional>

#include "subscriber/escape.h"

namespace ari::subscriber {

namespace {

std::string in_quotes(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The path with its % sequences replaced; nothing, and a complaint, if one is unknown.
std::optional<std::string> expand(std::string_view path, std::string_view item, long process_id,
                                  Requests& requests) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out.push_back(path[i]);
      continue;
    }
    const std::string_view sequence = path.substr(i++, 2);
    if (sequence == "%p") {
      out.append(std::to_string(process_id));
    } else if (sequence == "%%") {
      out.push_back('%');
    } else {
      requests.complaints.push_back("unknown " + in_quotes(sequence) + " in " + in_quotes(item) +
                                    ": expected %p (process id) or %% (a percent sign)");
      return std::nullopt;
    }
  }
  return out;
}

// The path behind the item's colon; nothing, and a complaint, if there is none.
std::optional<std::string> path_of(std::string_view item, long process_id, Requests& requests) {
  const std::string_view path = item.substr(item.find(':') + 1);
  if (!path.empty()) return expand(path, item, process_id, requests);
  requests.complaints.push_back(in_quotes(item) + " names no file: expected " + std::string(item) +
                                "PATH");
  return std::nullopt;
}

void parse_file(LogFormat format, std::string_view item, long process_id, Requests& requests) {
  auto path = path_of(item, process_id, requests);
  if (!path) return;
  const bool compressed = path->ends_with(".zst");
  requests.logs.push_back({format, LogTarget::kFile, *std::move(path), compressed});
}

void parse_item(std::string_view item, long process_id, Requests& requests) {
  if (item.empty()) return;
  if (item == "stdout" || item == "stderr") {
    const auto target = item == "stdout" ? LogTarget::kStdout : LogTarget::kStderr;
    requests.logs.push_back({LogFormat::kText, target, {}, false});
  } else if (item.starts_with("text:")) {
    parse_file(LogFormat::kText, item, process_id, requests);
  } else if (item.starts_with("jsonl:")) {
    parse_file(LogFormat::kJsonl, item, process_id, requests);
  } else if (item.starts_with("ring:")) {
    if (auto path = path_of(item, process_id, requests)) requests.ring = *std::move(path);
  } else {
    requests.complaints.push_back("unknown log " + in_quotes(item) +
                                  ": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH");
  }
}

}  // namespace

Requests parse_requests(std::string_view value, long process_id) {
  Requests requests;
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    parse_item(trimmed(value.substr(0, comma)), process_id, requests);
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return requests;
}

}  // namespace ari::subscriber
