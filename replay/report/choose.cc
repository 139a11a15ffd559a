#include "replay/report/choose.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "replay/report/edit_distance.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kListed = 12;
constexpr std::size_t kWidth = 80;

std::string candidates(const Choosing& choosing, std::vector<std::size_t> indices) {
  const std::size_t count = indices.size();
  indices.resize(std::min(count, kListed));
  std::string out = "\n";
  choosing.table(indices).render(kWidth, 2, Paint(subscriber::ColourDepth::kNone), out);
  if (count > kListed) out += fmt::format("  and {} more\n", count_text(count - kListed));
  out.pop_back();  // whoever prints the message ends the line
  return out;
}

}  // namespace

std::optional<std::uint64_t> parse_id(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

Error number_expected(std::string_view typed) {
  return {fmt::format("'{}': expected a number after '='", escaped(typed))};
}

Result<std::size_t> choose(const Choosing& choosing, const std::vector<std::size_t>& found) {
  if (found.size() == 1) return found.front();
  if (!found.empty()) {
    return Error{fmt::format("'{}' is {} {}s; say which one:", escaped(choosing.typed),
                             count_text(found.size()), choosing.what) +
                 candidates(choosing, found)};
  }
  std::vector<std::size_t> all(choosing.names.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (all.empty()) return Error{fmt::format("there is no {} in this log", choosing.what)};
  return Error{fmt::format("no {} '{}'{}; there {}:", choosing.what, escaped(choosing.typed),
                           did_you_mean(choosing.typed, choosing.names),
                           all.size() == 1 ? "is" : "are") +
               candidates(choosing, all)};
}

}  // namespace ari::replay
