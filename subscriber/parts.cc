#include "subscriber/parts.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "subscriber/environment.h"
#include "subscriber/log_file.h"

namespace ari::subscriber {

std::string Parts::path_of(std::uint64_t number) const {
  return number == 1 ? path_ : with_word(path_, std::to_string(number));
}

Parts::~Parts() { close(fd_); }

std::unique_ptr<Output> Parts::output() const {
  auto output = fd_output(fd_, false);
  return compressed_ ? zstd_output(std::move(output)) : std::move(output);
}

std::unique_ptr<Output> Parts::open_next(OutputError& error) {
  ++number_;
  OpenedFile file = open_log_file(path_in(directory_, path()));
  if (file.fd < 0) return error = std::move(file.error), nullptr;
  const int moved = dup3(file.fd, fd_, O_CLOEXEC);
  if (moved < 0) error = std::strerror(errno);
  close(file.fd);
  if (moved < 0) return nullptr;
  if (keep_ != 0 && number_ > keep_) {
    unlink(path_in(directory_, path_of(number_ - keep_)).c_str());
  }
  return output();
}

}  // namespace ari::subscriber
