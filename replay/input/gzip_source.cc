#include "replay/input/gzip_source.h"

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
    : compressed_(std::move(compressed)),
      inflate_(std::make_unique<z_stream_s>()),
      input_(kInputBytes) {
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
    inflate_->next_out = reinterpret_cast<Bytef*>(to);
    inflate_->avail_out = room;
    // Even without new input zlib may still hold output that did not fit before.
    const int status = inflate(inflate_.get(), Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      inside_stream_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fault_ = "gzip data is damaged before " + place();
      if (inflate_->msg != nullptr) fault_ += std::string(": ") + inflate_->msg;
    }
    if (const std::size_t n = room - inflate_->avail_out; n > 0) return n;
    if (inside_stream_ && fault_.empty() && inflate_->avail_in == 0 && !refill()) return 0;
  }
}

bool GzipSource::would_wait() {
  return inflate_->avail_in == 0 && compressed_->would_wait();
}

bool GzipSource::refill() {
  inflate_->next_in = input_.data();
  inflate_->avail_in =
      static_cast<uInt>(compressed_->read(reinterpret_cast<char*>(input_.data()), input_.size()));
  compressed_bytes_ += inflate_->avail_in;
  if (inflate_->avail_in > 0) return true;
  if (!compressed_->fault().empty()) {
    fault_ = compressed_->fault();
  } else if (inside_stream_) {
    fault_ = "gzip data ends in the middle of a stream, after " +
             std::to_string(compressed_bytes_) + " compressed bytes";
  }
  return false;
}

bool GzipSource::next_stream() {
  // Tapes and disks are padded with zeros.
  while (inflate_->avail_in == 0 || *inflate_->next_in == 0) {
    if (inflate_->avail_in == 0) {
      if (!refill()) return false;
      continue;
    }
    ++inflate_->next_in;
    --inflate_->avail_in;
  }
  inflateReset(inflate_.get());
  inside_stream_ = true;
  return true;
}

std::string GzipSource::place() const {
  return "byte " + std::to_string(compressed_bytes_ - inflate_->avail_in) +
         " of the compressed input";
}

}  // namespace ari::replay
