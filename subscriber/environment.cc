#include "subscriber/environment.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

#include "subscriber/escape.h"
#include "subscriber/trimmed.h"

namespace ari::subscriber {

namespace {

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

// Whether %p is in it, and no %%p.
bool names_process(std::string_view item) {
  for (std::size_t at = item.find('%'); at < item.size(); at = item.find('%', at + 2)) {
    if (item.substr(at, 2) == "%p") return true;
  }
  return false;
}

void parse_file(LogFormat format, std::string_view item, long process_id, Requests& requests) {
  auto path = path_of(item, process_id, requests);
  if (!path) return;
  LogRequest log{format, LogTarget::kFile, *std::move(path)};
  log.compressed = log.path.ends_with(".zst");
  log.names_process = names_process(item);
  for (const std::string_view other : {".gz", ".xz", ".bz2", ".lz4", ".br"}) {
    if (!log.path.ends_with(other)) continue;
    requests.complaints.push_back(in_quotes(log.path) +
                                  " is written as plain lines: expected .zst for compressed ones");
  }
  requests.logs.push_back(std::move(log));
}

// The last one counts.
void parse_ring(std::string_view item, long process_id, Requests& requests) {
  auto path = path_of(item, process_id, requests);
  if (!path) return;
  if (requests.ring && requests.ring != path) {
    requests.complaints.push_back("there is one ring file at most: " + in_quotes(*requests.ring) +
                                  " is left out");
  }
  requests.ring = *std::move(path);
  requests.ring_names_process = names_process(item);
}

// "100M", "4096"; nothing if it is no such size, or 0.
std::optional<std::uint64_t> size_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
  if (shift < 0 || number > UINT64_MAX >> shift) return std::nullopt;
  return number << shift;
}

// max=SIZE and keep=N, of the log before them.
void parse_limit(std::string_view item, Requests& requests) {
  const bool is_max = item.starts_with("max=");
  const auto size = size_of(item.substr(item.find('=') + 1));
  if (!size) {
    requests.complaints.push_back(
        "cannot read " + in_quotes(item) +
        (is_max ? ": expected max=SIZE, such as max=100M" : ": expected keep=N, such as keep=5"));
  } else if (requests.logs.empty() || requests.logs.back().target != LogTarget::kFile) {
    requests.complaints.push_back(in_quotes(item) +
                                  " follows no file: expected text:PATH or jsonl:PATH before it");
  } else {
    (is_max ? requests.logs.back().max_bytes : requests.logs.back().keep) = *size;
  }
}

// buffer=SIZE, of all rings.
void parse_buffer(std::string_view item, Requests& requests) {
  constexpr std::uint64_t kLeast = 64 << 10, kMost = 1 << 30;
  const auto size = size_of(item.substr(item.find('=') + 1));
  if (size && *size >= kLeast && *size <= kMost) {
    requests.ring_bytes = std::bit_ceil(*size);
  } else {
    requests.complaints.push_back("cannot read " + in_quotes(item) +
                                  ": expected buffer=SIZE from 64K to 1G, such as buffer=16M");
  }
}

void parse_item(std::string_view item, long process_id, Requests& requests) {
  if (item.empty()) return;
  if (item == "stdout" || item == "stderr") {
    const auto target = item == "stdout" ? LogTarget::kStdout : LogTarget::kStderr;
    requests.logs.push_back({LogFormat::kText, target});
  } else if (item.starts_with("text:")) {
    parse_file(LogFormat::kText, item, process_id, requests);
  } else if (item.starts_with("jsonl:")) {
    parse_file(LogFormat::kJsonl, item, process_id, requests);
  } else if (item.starts_with("ring:")) {
    parse_ring(item, process_id, requests);
  } else if (item.starts_with("max=") || item.starts_with("keep=")) {
    parse_limit(item, requests);
  } else if (item.starts_with("buffer=")) {
    parse_buffer(item, requests);
  } else if (item == "when-full=block" || item == "when-full=drop") {
    requests.blocks_when_full = item == "when-full=block";
  } else if (item.starts_with("when-full=")) {
    requests.complaints.push_back("cannot read " + in_quotes(item) +
                                  ": expected when-full=drop or when-full=block");
  } else {
    requests.complaints.push_back("unknown log " + in_quotes(item) +
                                  ": expected stdout, stderr, text:PATH, jsonl:PATH or ring:PATH");
  }
}

// Whoever completes a log from its ring file looks for one file.
void check_together(Requests& requests) {
  for (LogRequest& log : requests.logs) {
    if (log.keep != 0 && log.max_bytes == 0) {
      requests.complaints.push_back("keep without max says nothing: expected max=SIZE too");
    }
    if (log.max_bytes == 0 || !requests.ring || log.format != LogFormat::kJsonl) continue;
    requests.complaints.push_back("max and ring exclude each other: " + in_quotes(log.path) +
                                  " is written in one file");
    log.max_bytes = 0;
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
  check_together(requests);
  return requests;
}

std::string path_in(const std::string& directory, const std::string& path) {
  if (directory.empty() || path.empty() || path.front() == '/') return path;
  return directory + (directory.back() == '/' ? "" : "/") + path;
}

std::string with_word(const std::string& path, std::string_view word) {
  std::size_t at = path.ends_with(".zst") ? path.size() - 4 : path.size();
  const std::size_t name = path.find_last_of('/') + 1;  // 0 if there is none
  const std::size_t dot = path.find_last_of('.', at - 1);
  if (dot != path.npos && dot > name) at = dot;
  return path.substr(0, at).append(".").append(word) + path.substr(at);
}

}  // namespace ari::subscriber
