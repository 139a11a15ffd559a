// ZstdSource: what a zstd stream holds, decompressed as it is read.
//
// Recorders compress as they write, so a program that died leaves a stream without its
// end. All that can be decompressed is handed out; what is missing is told by fault().
#pragma once

#include <memory>
#include <string_view>

#include "replay/input/compressed_input.h"
#include "replay/input/source.h"

struct ZSTD_DCtx_s;

namespace ari::replay {

class ZstdSource : public Source {
 public:
  explicit ZstdSource(std::unique_ptr<Source> compressed);
  ~ZstdSource() override;

  std::size_t read(char* to, std::size_t size) override;
  bool may_grow() const override { return fault_.empty() && input_.may_grow(); }

  // Whether a stream that starts with `head` (four bytes) is zstd's.
  static bool recognises(std::string_view head) noexcept;

 private:
  CompressedInput input_;
  ZSTD_DCtx_s* context_;
  bool inside_frame_ = false;   // a frame has begun and is not complete
  std::size_t next_bytes_ = 1;  // how much zstd is given at most with the next call
};

}  // namespace ari::replay
