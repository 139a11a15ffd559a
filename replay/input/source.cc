#include "replay/input/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "replay/input/file_source.h"
#include "replay/input/gzip_source.h"
#include "replay/input/limited_source.h"
#include "replay/input/peeked_source.h"
#include "replay/input/zstd_source.h"

namespace ari::replay {

namespace {

class ObservedSource final : public Source {
 public:
  ObservedSource(std::unique_ptr<Source> of, ReadObserver& observer)
      : of_(std::move(of)), observer_(observer) {}

  std::size_t read(char* to, std::size_t size) override {
    const std::size_t n = of_->read(to, size);
    if (n == 0) fault_ = of_->fault();
    observer_.read(n);
    return n;
  }

 private:
  std::unique_ptr<Source> of_;
  ReadObserver& observer_;
};

}  // namespace

std::string why_not_opened(int error) {
  switch (error) {
    case ENOENT:
      return "no such file";
    case EACCES:
      return "permission denied";
    default:
      return "cannot be opened: " + std::generic_category().message(error);
  }
}

Result<std::unique_ptr<Source>> open_source(const std::string& path, std::uint64_t most_bytes,
                                            ReadObserver* observer) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{name + ": " + why_not_opened(errno)};
  std::unique_ptr<Source> bytes = std::make_unique<FileSource>(descriptor);
  struct stat status {};
  const bool has_status = ::fstat(descriptor, &status) == 0;
  if (has_status && S_ISDIR(status.st_mode)) {
    return Error{name + ": is a directory, expected a log file"};
  }
  if (observer != nullptr) {
    const bool has_size = has_status && S_ISREG(status.st_mode);
    observer->opened(has_size ? std::optional(static_cast<std::uint64_t>(status.st_size))
                              : std::nullopt);
    bytes = std::make_unique<ObservedSource>(std::move(bytes), *observer);
  }
  if (most_bytes != UINT64_MAX) {
    bytes = std::make_unique<LimitedSource>(std::move(bytes), most_bytes);
  }
  return decompressed(std::move(bytes));
}

std::unique_ptr<Source> decompressed(std::unique_ptr<Source> of) {
  auto bytes = std::make_unique<PeekedSource>(std::move(of));
  const bool is_zstd = ZstdSource::recognises(bytes->head());
  const bool is_gzip = GzipSource::recognises(bytes->head());
  if (is_zstd) return std::make_unique<ZstdSource>(std::move(bytes));
  if (is_gzip) return std::make_unique<GzipSource>(std::move(bytes));
  return bytes;
}

bool can_be_read_again(const std::string& path) {
  if (path == "-") return false;
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  return type == std::filesystem::file_type::regular ||
         type == std::filesystem::file_type::directory ||
         type == std::filesystem::file_type::not_found;
}

}  // namespace ari::replay
