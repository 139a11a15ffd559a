// io::Errc: what can go wrong with a stream that the system does not call an error.
//
//   catch (const std::system_error& error) {
//     if (error.code() == ari::io::Errc::kUnexpectedEof) …
#pragma once

#include <system_error>

namespace ari::io {

enum class Errc {
  kUnexpectedEof = 1,  // the stream ended before read_exact had all it was to read
  kLineTooLong = 2,    // a BufReader found no end of a line in as many bytes as it may have
};

const std::error_category& error_category() noexcept;

inline std::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

}  // namespace ari::io

template <>
struct std::is_error_code_enum<ari::io::Errc> : std::true_type {};
