#include "replay/input/zstd_source.h"

#include <zstd.h>

#include <cassert>

namespace ari::replay {

ZstdSource::ZstdSource(std::unique_ptr<Source> compressed)
    : compressed_(std::move(compressed)),
      context_(ZSTD_createDCtx()),
      input_(ZSTD_DStreamInSize()) {
  assert(context_ != nullptr && "out of memory for a zstd context");
}

ZstdSource::~ZstdSource() { ZSTD_freeDCtx(context_); }

bool ZstdSource::recognises(std::string_view head) noexcept {
  if (head.size() < 4) return false;
  if (head == "\x28\xb5\x2f\xfd") return true;
  // A skippable frame: 0x184D2A50 to 0x184D2A5F, little-endian.
  return (head[0] & 0xf0) == 0x50 && head.substr(1) == "\x2a\x4d\x18";
}

std::size_t ZstdSource::read(char* to, std::size_t size) {
  if (!fault_.empty()) return 0;
  for (;;) {
    // Even without new input the context may still hold output that did not fit before.
    ZSTD_inBuffer in{input_.data(), input_end_, input_begin_};
    ZSTD_outBuffer out{to, size, 0};
    const std::size_t status =
        inside_frame_ || in.pos < in.size ? ZSTD_decompressStream(context_, &out, &in) : 0;
    const bool advanced = in.pos > input_begin_;
    input_begin_ = in.pos;
    if (ZSTD_isError(status)) {
      fault_ = "zstd data is damaged before byte " +
               std::to_string(compressed_bytes_ - (input_end_ - input_begin_)) +
               " of the compressed input: " + ZSTD_getErrorName(status);
      return out.pos;
    }
    if (advanced || out.pos > 0) inside_frame_ = status != 0;
    if (out.pos > 0) return out.pos;
    if (input_begin_ == input_end_ && !refill()) return 0;
  }
}

bool ZstdSource::refill() {
  input_begin_ = 0;
  input_end_ = compressed_->read(input_.data(), input_.size());
  compressed_bytes_ += input_end_;
  if (input_end_ > 0) return true;
  if (!compressed_->fault().empty()) {
    fault_ = compressed_->fault();
  } else if (inside_frame_) {
    fault_ = "zstd data ends in the middle of a frame, after " + std::to_string(compressed_bytes_) +
             " compressed bytes";
  }
  return false;
}

}  // namespace ari::replay
