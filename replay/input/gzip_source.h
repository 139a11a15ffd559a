// GzipSource: what a gzip stream holds, decompressed as it is read.
//
// Streams may be concatenated, as `cat a.gz b.gz` makes them. All that can be
// decompressed is handed out; what is missing or damaged is told by fault().
#pragma once

#include <memory>
#include <string_view>

#include "replay/input/compressed_input.h"
#include "replay/input/source.h"

struct z_stream_s;

namespace ari::replay {

class GzipSource : public Source {
 public:
  explicit GzipSource(std::unique_ptr<Source> compressed);
  ~GzipSource() override;

  std::size_t read(char* to, std::size_t size) override;
  bool may_grow() const override { return fault_.empty() && input_.may_grow(); }

  // Whether a stream that starts with `head` is gzip's.
  static bool recognises(std::string_view head) noexcept;

 private:
  // Goes on to the next stream, or to what follows in its place. False at the end.
  bool next_stream();

  CompressedInput input_;
  std::unique_ptr<z_stream_s> inflate_;
  bool inside_stream_ = true;  // a stream has begun and is not complete
};

}  // namespace ari::replay
