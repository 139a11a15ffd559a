#include "subscriber/number.h"

#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>

namespace ari::subscriber {

namespace {

template <typename Integer>
void append_integer(std::string& out, Integer value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, std::end(digits), value).ptr);
}

// Appends C's "1.5e+16" or "1e-07" without the plus and the exponent's leading zeros.
void append_scientific(std::string& out, std::string_view digits) {
  const std::size_t e = digits.find('e');
  out.append(digits.substr(0, e + 1));
  if (digits[e + 1] == '-') out.push_back('-');
  const std::size_t exponent = digits.find_first_not_of('0', e + 2);
  out.append(digits.substr(exponent));
}

}  // namespace

void append_number(std::string& out, std::uint64_t value) { append_integer(out, value); }
void append_number(std::string& out, std::int64_t value) { append_integer(out, value); }

void append_float(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append(std::isnan(value) ? "NaN" : value < 0 ? "-inf" : "inf");
    return;
  }
  const double size = std::abs(value);
  const bool scientific = size >= 1e16 || (size != 0 && size < 1e-4);
  char digits[32];
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(digits, std::end(digits), value, format).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  if (scientific) return append_scientific(out, text);
  out.append(text);
  if (text.find('.') == text.npos) out.append(".0");
}

}  // namespace ari::subscriber
