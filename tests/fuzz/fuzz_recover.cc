// A damaged ring file: recovering from it must not crash, read beyond it or take for ever.
//
// Each four bytes of the input change the file that a killed program left (dead_program.h): two
// say where, one how, one with what. It is changed in place, and mended behind the run.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "replay/recover/recover.h"
#include "subscriber/jsonl_writer.h"
#include "tests/fuzz/dead_program.h"

namespace {

using namespace ari;

constexpr std::size_t kLongestChange = 8;

// Prints every record, so that everything it points to is looked at.
class Printer final : public replay::RecordSink {
 public:
  void record(const subscriber::Record& record, const replay::Line&) override {
    ++records_;
    line_.clear();
    writer_.write(record, line_);
  }
  std::uint64_t records() const noexcept { return records_; }

 private:
  std::uint64_t records_ = 0;
  std::string line_;
  subscriber::JsonlWriter writer_;
};

class DamagedFile {
 public:
  DamagedFile() : sound_(program_.bytes().begin(), program_.bytes().end()) {
    // A file that holds too little would be a waste of time.
    if (recover() < 16) std::abort();
  }

  // Returns how many records there were.
  std::uint64_t recover() const {
    Printer printer;
    (void)replay::recover(program_.ring_path(), printer);
    return printer.records();
  }

  void damage(std::span<const std::uint8_t, 4> change) {
    std::byte* const bytes = program_.bytes().data() + place_of(change);
    const std::uint8_t how = change[2] % 3, with = change[3];
    if (how == 0) *bytes = std::byte{with};
    if (how == 1) *bytes = std::byte(std::to_integer<std::uint8_t>(*bytes) + with);
    if (how == 2) std::memset(bytes, with, kLongestChange);
  }
  void mend(std::span<const std::uint8_t, 4> change) {
    const std::uint32_t at = place_of(change);
    std::memcpy(program_.bytes().data() + at, sound_.data() + at, kLongestChange);
  }

 private:
  std::uint32_t place_of(std::span<const std::uint8_t, 4> change) const {
    return program_.used()[(change[0] + 256u * change[1]) % program_.used().size()];
  }

  test::DeadProgram program_;
  std::vector<std::byte> sound_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DamagedFile file;
  const std::span changes(data, size / 4 * 4);
  for (std::size_t i = 0; i < changes.size(); i += 4) file.damage(changes.subspan(i).first<4>());
  (void)file.recover();
  for (std::size_t i = 0; i < changes.size(); i += 4) file.mend(changes.subspan(i).first<4>());
  return 0;
}
