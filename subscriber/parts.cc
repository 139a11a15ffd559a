#include "subscriber/parts.h"

#include <unistd.h>

#include "subscriber/environment.h"
#include "subscriber/log_file.h"

namespace ari::subscriber {

std::string Parts::path_of(std::uint64_t number) const {
  return number == 1 ? path_ : with_word(path_, std::to_string(number));
}

std::unique_ptr<Output> Parts::output() const {
  auto output = own_output(descriptor_, path_in(directory_, path()));
  return compressed_ ? zstd_output(std::move(output)) : std::move(output);
}

std::unique_ptr<Output> Parts::open_next(OutputError& error) {
  ++number_;
  OpenedFile file = open_log_file(path_in(directory_, path()));
  if (file.fd < 0) return error = std::move(file.error), nullptr;
  descriptor_.replace(file.fd);
  if (keep_ != 0 && number_ > keep_) {
    unlink(path_in(directory_, path_of(number_ - keep_)).c_str());
  }
  return output();
}

}  // namespace ari::subscriber
