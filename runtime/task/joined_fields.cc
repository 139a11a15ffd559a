#include "runtime/task/joined_fields.h"

#include <charconv>
#include <iterator>
#include <string_view>

namespace ari::task {

JoinedFields::JoinedFields(const Joined& tasks) noexcept {
  const auto listed = tasks.listed();
  char* end = others_;
  for (std::size_t i = 1; i < listed.size(); ++i) {
    if (i > 1) *end++ = ' ';
    end = std::to_chars(end, std::end(others_), listed[i]).ptr;
  }
  const std::string_view others(others_, static_cast<std::size_t>(end - others_));
  auto& [task, count, the_others, all, aborted] = values_;
  if (!listed.empty()) task = listed.front();
  if (tasks.count() > 1) count = tasks.count();
  if (!others.empty()) the_others = others;
  if (tasks.count() > 1 && tasks.needs_all()) all = true;
  if (tasks.has_aborted()) aborted = true;
}

}  // namespace ari::task
