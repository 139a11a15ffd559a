// ari-bench-generate SIZE: writes an ari JSONL log of about SIZE bytes to standard output.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include "tests/bench/generated_log.h"

namespace {

// 500, 64K, 100M, 2G.
std::optional<std::uint64_t> parse_size(const char* text) {
  const char* const end = text + std::strlen(text);
  std::uint64_t size = 0;
  const auto [unit, error] = std::from_chars(text, end, size);
  if (error != std::errc()) return std::nullopt;
  if (unit == end) return size;
  if (unit + 1 != end) return std::nullopt;
  switch (*unit) {
    case 'K':
      return size << 10;
    case 'M':
      return size << 20;
    case 'G':
      return size << 30;
    default:
      return std::nullopt;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto size = argc == 2 ? parse_size(argv[1]) : std::nullopt;
  if (!size) {
    std::fputs("usage: ari-bench-generate SIZE > LOG   (SIZE in bytes, or as 64K, 100M, 2G)\n",
               stderr);
    return 2;
  }
  std::string out;
  std::uint64_t written = 0;
  ari::bench::GeneratedLog log(out);
  const auto flush = [&] {
    written += out.size();
    const bool done = std::fwrite(out.data(), 1, out.size(), stdout) == out.size();
    out.clear();
    return done;
  };
  while (written + out.size() < *size) {
    log.step(out);
    if (out.size() >= 1 << 16 && !flush()) return 1;
  }
  log.end(out);
  return flush() && std::fflush(stdout) == 0 ? 0 : 1;
}
