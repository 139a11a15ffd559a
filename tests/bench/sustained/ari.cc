// ari for sustained.sh: the runtime's commonest record (enter), or an event with two fields as a
// program says it, into a JSONL file that begins anew every 64 MiB.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "runtime/trace/dispatch.h"
#include "runtime/trace/span.h"
#include "subscriber/session.h"
#include "tests/bench/sustained/load.h"

namespace {

using namespace ari;
using namespace ari::subscriber;

constexpr std::string_view kFields[] = {"op_name", "number"};
constexpr trace::Metadata kEvent{"", "bench", trace::Level::kInfo, kFields};

class WrappingFile final : public Output {
 public:
  WrappingFile(int fd, std::string& last_lines) : fd_(fd), last_lines_(last_lines) {}
  OutputError write(std::string_view lines) override {
    if (at_ >= kBytes) at_ = 0;
    const ssize_t written = pwrite(fd_, lines.data(), lines.size(), static_cast<off_t>(at_));
    if (written != static_cast<ssize_t>(lines.size())) return std::strerror(errno);
    at_ += lines.size();
    bytes_out_ += lines.size();
    last_lines_ = lines.substr(lines.size() - std::min<std::size_t>(lines.size(), 200));
    return {};
  }
  OutputError tick(std::uint64_t) override { return {}; }
  OutputError sync() override { return {}; }
  std::uint64_t bytes_out() const noexcept override { return bytes_out_; }
  OutputError finish() override { return {}; }

 private:
  static constexpr std::uint64_t kBytes = std::uint64_t{64} << 20;
  int fd_;
  std::string& last_lines_;
  std::uint64_t at_ = 0, bytes_out_ = 0;
};

}  // namespace

// ari enter|event MODE THREADS SECONDS, in a directory where the log may be written.
int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const bench::Wanted wanted = bench::read_arguments(argc - 1, argv + 1);
  const int fd = open("ari.jsonl", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::string last_lines;
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(std::make_unique<Sink>(
      "ari.jsonl", JsonlWriter(), std::make_unique<WrappingFile>(fd, last_lines),
      [](std::string_view line) {
        std::fprintf(stderr, "%.*s\n", int(line.size()), line.data());
      }));
  Session session(std::move(sinks), "sustained", TickClock::best(), Lanes::kDefaultRingBytes, {},
                  {}, wanted.waits());
  trace::set_subscriber(&session.subscriber());
  bench::Cost cost;
  if (what == "enter") {
    cost = bench::measure(wanted, [](std::uint64_t) {
      if (trace::Subscriber* s = trace::subscriber()) s->enter(7, trace::EnterReason::kPoll);
    });
  } else {
    cost = bench::measure(wanted, [](std::uint64_t i) {
      if (trace::subscriber() != nullptr) {
        trace::event(kEvent, {trace::Value("poll_elapsed"), trace::Value(i)});
      }
    });
  }
  trace::set_subscriber(nullptr);
  session.stop();
  const std::size_t lost = last_lines.rfind("\"lost\":");  // of the end line
  bench::print(cost, std::strtoull(last_lines.c_str() + lost + 7, nullptr, 10));
  close(fd);
}
