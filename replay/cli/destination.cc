#include "replay/cli/destination.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "replay/report/words.h"
#include "subscriber/log_file.h"

namespace ari::replay {

bool Destination::spares(const std::vector<std::string>& inputs) const {
  for (const std::string& input : inputs) {
    std::error_code ignored;
    if (!std::filesystem::equivalent(input, path_, ignored)) continue;
    console_.remark(fmt::format("{} is what is to be read; name another file", escaped(path_)));
    return false;
  }
  return true;
}

void Destination::write(std::string& bytes) {
  if (path_.empty() || path_ == "-") {
    console_.write(bytes);
  } else if (!failed_ && open()) {
    if (const auto error = output_->write(bytes); !error.empty()) fail(error);
  }
  bytes.clear();
}

bool Destination::finish() {
  if (output_ == nullptr || failed_) return !failed_;
  const auto error = output_->finish();
  return error.empty() || fail(error);
}

bool Destination::open() {
  if (output_ != nullptr) return true;
  const subscriber::OpenedFile file = subscriber::open_log_file(path_, true, 0666);
  if (file.fd < 0) return fail(file.error);
  output_ = subscriber::fd_output(file.fd);
  if (path_.ends_with(".zst")) output_ = subscriber::zstd_output(std::move(output_));
  return true;
}

bool Destination::fail(const std::string& error) {
  failed_ = true;
  console_.remark(fmt::format("cannot write {}: {}", escaped(path_), error));
  return false;
}

}  // namespace ari::replay
