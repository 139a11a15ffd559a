#include "replay/input/zstd_source.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <cassert>

namespace ari::replay {

namespace {

// In front of each block, and asked for together with the block before it.
constexpr std::size_t kBlockHeadBytes = 3;

}  // namespace

ZstdSource::ZstdSource(std::unique_ptr<Source> compressed)
    : input_(std::move(compressed), ZSTD_DStreamInSize()), context_(ZSTD_createDCtx()) {
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
    // A call that fails does not tell what it has decoded before. So zstd gets one block at a time,
    // and nothing but the damaged one and what is behind it is lost; and it gets all of that at
    // once, so that what is lost does not depend on the pieces in which the input came.
    input_.gather(std::min(next_bytes_, ZSTD_DStreamInSize()));
    const std::string_view left = input_.left().substr(0, next_bytes_);
    ZSTD_inBuffer in{left.data(), left.size(), 0};
    ZSTD_outBuffer out{to, size, 0};
    const std::size_t status =
        inside_frame_ || !left.empty() ? ZSTD_decompressStream(context_, &out, &in) : 0;
    input_.take(in.pos);
    if (ZSTD_isError(status)) {
      fault_ = fmt::format("zstd data is damaged before byte {} of the compressed input: {}",
                           input_.taken(), ZSTD_getErrorName(status));
      return out.pos;
    }
    if (in.pos > 0 || out.pos > 0) inside_frame_ = status != 0;
    next_bytes_ = status > kBlockHeadBytes ? status - kBlockHeadBytes : 1;
    if (out.pos > 0) return out.pos;
    if (input_.left().empty() && !input_.refill()) {
      fault_ = input_.why_ended(inside_frame_, "zstd", "frame");
      return 0;
    }
  }
}

}  // namespace ari::replay
