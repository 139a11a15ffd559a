#include "replay/input/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "replay/input/file_source.h"
#include "replay/input/gzip_source.h"
#include "replay/input/limited_source.h"
#include "replay/input/zstd_source.h"

namespace ari::replay {

namespace {

std::string why(int error) {
  switch (error) {
    case ENOENT:
      return "no such file";
    case EACCES:
      return "permission denied";
    default:
      return "cannot be opened: " + std::generic_category().message(error);
  }
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& path, std::uint64_t most_bytes) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{name + ": " + why(errno)};
  auto file = std::make_unique<FileSource>(descriptor);

  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{name + ": is a directory, expected a log file"};
  }
  const bool is_zstd = ZstdSource::recognises(file->head());
  const bool is_gzip = GzipSource::recognises(file->head());
  std::unique_ptr<Source> bytes = std::move(file);
  if (most_bytes != UINT64_MAX)
    bytes = std::make_unique<LimitedSource>(std::move(bytes), most_bytes);
  if (is_zstd) return std::unique_ptr<Source>(std::make_unique<ZstdSource>(std::move(bytes)));
  if (is_gzip) return std::unique_ptr<Source>(std::make_unique<GzipSource>(std::move(bytes)));
  return bytes;
}

}  // namespace ari::replay
