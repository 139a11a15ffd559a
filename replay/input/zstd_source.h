// ZstdSource: what a zstd stream holds, decompressed as it is read.
//
// Recorders compress as they write, so a program that died leaves a stream without its
// end. All that can be decompressed is handed out; what is missing is told by fault().
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "replay/input/source.h"

struct ZSTD_DCtx_s;

namespace ari::replay {

class ZstdSource : public Source {
 public:
  explicit ZstdSource(std::unique_ptr<Source> compressed);
  ~ZstdSource() override;

  std::size_t read(char* to, std::size_t size) override;
  bool would_wait() override { return input_begin_ == input_end_ && compressed_->would_wait(); }

  // Whether a stream that starts with `head` (four bytes) is zstd's.
  static bool recognises(std::string_view head) noexcept;

 private:
  // More compressed bytes. False at their end.
  bool refill();

  std::unique_ptr<Source> compressed_;
  ZSTD_DCtx_s* context_;
  std::vector<char> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::uint64_t compressed_bytes_ = 0;
  bool inside_frame_ = false;  // a frame has begun and is not complete
};

}  // namespace ari::replay
