// GzipSource: what a gzip stream holds, decompressed as it is read.
//
// Streams may be concatenated, as `cat a.gz b.gz` makes them. All that can be
// decompressed is handed out; what is missing or damaged is told by fault().
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "replay/input/source.h"

struct z_stream_s;

namespace ari::replay {

class GzipSource : public Source {
 public:
  explicit GzipSource(std::unique_ptr<Source> compressed);
  ~GzipSource() override;

  std::size_t read(char* to, std::size_t size) override;
  bool would_wait() override;

  // Whether a stream that starts with `head` is gzip's.
  static bool recognises(std::string_view head) noexcept;

 private:
  // More compressed bytes. False at their end.
  bool refill();
  // The next stream, if one follows. False at the end, or if what follows is none.
  bool next_stream();
  std::string place() const;

  std::unique_ptr<Source> compressed_;
  std::unique_ptr<z_stream_s> inflate_;
  std::vector<unsigned char> input_;
  std::uint64_t compressed_bytes_ = 0;
  bool inside_stream_ = true;  // a stream has begun and is not complete
};

}  // namespace ari::replay
