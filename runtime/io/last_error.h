// throw_last_error: throws what a system call has just said in errno.
#pragma once

#include <cerrno>
#include <system_error>

namespace ari::io {

// `what` failed.
[[noreturn]] inline void throw_last_error(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

}  // namespace ari::io
