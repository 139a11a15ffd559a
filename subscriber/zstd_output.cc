// Compressing a log while it is written, so that a crash costs at most its last second.
//
// zstd collects up to 128 KiB before it lets anything out. A flush once a second makes a
// reader see everything up to it even if the frame is never ended; ending the frame every
// kFrameBytes makes tools that insist on whole frames see all but the last one.
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <utility>

#include "subscriber/output.h"

namespace ari::subscriber {

namespace {

constexpr std::size_t kFrameBytes = std::size_t{4} << 20;
constexpr std::uint64_t kFlushNs = 1'000'000'000;
constexpr int kLevel = 1;  // the drain must keep up with the program

class ZstdOutput final : public Output {
 public:
  explicit ZstdOutput(std::unique_ptr<Output> next) : next_(std::move(next)) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
  }

  OutputError write(std::string_view lines) override {
    frame_bytes_ += lines.size();
    has_unflushed_ = true;
    if (frame_bytes_ < kFrameBytes) return compress(lines, ZSTD_e_continue);
    return end_frame(lines);
  }

  OutputError tick(std::uint64_t now_ns) override {
    if (OutputError error = next_->tick(now_ns); !error.empty()) return error;
    if (!has_unflushed_ || now_ns - flushed_ns_ < kFlushNs) return {};
    flushed_ns_ = now_ns;
    return sync();
  }

  OutputError sync() override {
    if (std::exchange(has_unflushed_, false)) {
      if (OutputError error = compress({}, ZSTD_e_flush); !error.empty()) return error;
    }
    return next_->sync();
  }

  std::uint64_t bytes_out() const noexcept override { return next_->bytes_out(); }

  OutputError finish() override {
    if (frame_bytes_ != 0) {
      if (OutputError error = end_frame({}); !error.empty()) return error;
    }
    return next_->finish();
  }

 private:
  OutputError end_frame(std::string_view lines) {
    frame_bytes_ = 0;
    has_unflushed_ = false;
    return compress(lines, ZSTD_e_end);
  }

  OutputError compress(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(stream_.get(), &out, &in, directive);
      if (ZSTD_isError(left)) return ZSTD_getErrorName(left);
      OutputError error = next_->write({buffer_.data(), out.pos});
      if (!error.empty()) return error;
      const bool done = directive == ZSTD_e_continue ? in.pos == in.size : left == 0;
      if (done) return {};
    }
  }

  struct Free {
    void operator()(ZSTD_CCtx* stream) const noexcept { ZSTD_freeCCtx(stream); }
  };
  std::unique_ptr<Output> next_;
  std::unique_ptr<ZSTD_CCtx, Free> stream_{ZSTD_createCCtx()};
  std::array<char, 64 * 1024> buffer_;
  std::size_t frame_bytes_ = 0;  // into the frame that is open
  bool has_unflushed_ = false;
  std::uint64_t flushed_ns_ = 0;
};

}  // namespace

std::unique_ptr<Output> zstd_output(std::unique_ptr<Output> next) {
  return std::make_unique<ZstdOutput>(std::move(next));
}

}  // namespace ari::subscriber
