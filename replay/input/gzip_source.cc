#include "replay/input/gzip_source.h"

#include <fmt/format.h>
#define ZLIB_CONST  // zlib takes its input as const
#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <limits>

namespace ari::replay {

namespace {

constexpr std::size_t kInputBytes = std::size_t{64} << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // how zlib is told what header to expect

}  // namespace

GzipSource::GzipSource(std::unique_ptr<Source> compressed)
    : input_(std::move(compressed), kInputBytes), inflate_(std::make_unique<z_stream_s>()) {
  [[maybe_unused]] const int status = inflateInit2(inflate_.get(), kGzipOnly);
  assert(status == Z_OK && "out of memory for a zlib stream");
}

GzipSource::~GzipSource() { inflateEnd(inflate_.get()); }

bool GzipSource::recognises(std::string_view head) noexcept {
  return head.starts_with("\x1f\x8b\x08");
}

std::size_t GzipSource::read(char* to, std::size_t size) {
  const auto room =
      static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
  for (;;) {
    if (!fault_.empty()) return 0;
    if (!inside_stream_ && !next_stream()) return 0;
    const std::string_view left = input_.left();
    inflate_->next_in = reinterpret_cast<const Bytef*>(left.data());
    inflate_->avail_in = static_cast<uInt>(left.size());
    inflate_->next_out = reinterpret_cast<Bytef*>(to);
    inflate_->avail_out = room;
    // Even without new input zlib may still hold output that did not fit before.
    const int status = inflate(inflate_.get(), Z_NO_FLUSH);
    input_.take(left.size() - inflate_->avail_in);
    if (status == Z_STREAM_END) {
      inside_stream_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fault_ = fmt::format("gzip data is damaged before byte {} of the compressed input",
                           input_.taken());
      if (inflate_->msg != nullptr) fault_ += std::string(": ") + inflate_->msg;
    }
    if (const std::size_t n = room - inflate_->avail_out; n > 0) return n;
    if (inside_stream_ && fault_.empty() && input_.left().empty() && !input_.refill()) {
      fault_ = input_.why_ended(true, "gzip", "stream");
      return 0;
    }
  }
}

bool GzipSource::next_stream() {
  // Tapes and disks are padded with zeros.
  while (input_.left().empty() || input_.left().front() == '\0') {
    if (!input_.left().empty()) {
      input_.take(1);
    } else if (!input_.refill()) {
      fault_ = input_.why_ended(false, "gzip", "stream");
      return false;
    }
  }
  inflateReset(inflate_.get());
  inside_stream_ = true;
  return true;
}

}  // namespace ari::replay
