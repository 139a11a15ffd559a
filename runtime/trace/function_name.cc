#include "runtime/trace/function_name.h"

namespace ari::trace {

std::string_view function_name(std::string_view pretty) noexcept {
  constexpr std::string_view kUnnamed = "(anonymous namespace)";  // as clang writes it
  constexpr std::string_view kCall = "operator()";
  std::size_t begin = 0;
  int depth = 0;  // of template arguments and the like, whose spaces and parentheses are theirs
  for (std::size_t i = 0; i < pretty.size(); ++i) {
    const std::string_view rest = pretty.substr(i);
    if (rest.starts_with(kUnnamed)) {
      i += kUnnamed.size() - 1;
    } else if (rest.starts_with(kCall)) {
      i += kCall.size() - 1;
    } else if (rest[0] == '<' || rest[0] == '{' || rest[0] == '[') {
      ++depth;
    } else if (rest[0] == '>' || rest[0] == '}' || rest[0] == ']') {
      --depth;
    } else if (depth == 0 && rest[0] == ' ') {
      begin = i + 1;
    } else if (depth == 0 && rest[0] == '(') {
      return i > begin ? pretty.substr(begin, i - begin) : pretty;
    }
  }
  return pretty;
}

}  // namespace ari::trace
