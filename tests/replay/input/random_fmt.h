// Random runs of a program, printed as each of fmt's formats prints them.
//
// The slow, obvious counterpart of the readers: here every span has its id from the
// start, and the formats are written out by their grammar, so that what a reader makes of
// the text can be compared with what the run was.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "runtime/trace/value.h"
#include "subscriber/record.h"

namespace ari::test {

// How the log is written.
struct FmtStyle {
  enum class Kind : std::uint8_t { kJson, kFull, kCompact, kPretty };
  Kind kind{};
  bool names = false;   // threads' names beside their ids
  bool places = false;  // files and lines
  bool colour = false;  // not JSON
  // Full and Compact: the fields of spans are in colour, though nothing else is.
  bool coloured_fields = false;
  bool default_fields = false;  // Pretty: the fields of spans as in Full
  bool flat = false;            // JSON: the event's fields beside the other keys
  bool lists = true;            // JSON: "spans"
  bool scrambled = false;       // JSON: keys in any order, with blanks and unknown keys between
};

class RandomFmt {
 public:
  RandomFmt(std::uint64_t seed, const FmtStyle& style) : random_(seed), style_(style) {}

  // Lets something happen, and adds it to the log and to the records that must come of it.
  void step();

  std::string log;
  std::vector<std::string> records;

 private:
  struct Field {
    std::string name;
    trace::Value value;  // its text is in the static tables
  };
  struct Span {
    std::string name, target;
    std::vector<Field> fields;
    std::uint64_t id = 0;    // ours
    std::size_t parent = 0;  // index, 0: none
    std::uint32_t entered = 0, children = 0;
    std::uint64_t waker = 0;  // a task's id in waker events; 0: not a task
    bool cloned = false, closed = false;
  };

  std::size_t number(std::size_t below) { return random_() % below; }
  std::uint32_t any_thread() { return 1 + static_cast<std::uint32_t>(number(3)); }
  std::size_t current(std::uint32_t thread) const;
  std::size_t polled(std::uint32_t thread) const;
  std::size_t find_span(std::uint32_t thread, bool to_close);
  void begin(std::uint32_t thread, bool task);
  void happen(std::uint32_t thread, const char* word, std::size_t span);
  void event(std::uint32_t thread);
  void use_waker(std::uint32_t thread);
  std::vector<Field> random_fields(std::size_t most);

  // A line as the format has it; `word` empty: an event.
  void print(std::uint32_t thread, std::string_view word, std::size_t span,
             const std::string& target, const std::vector<Field>& fields);
  void print_json(std::uint32_t thread, std::string_view word, std::size_t span,
                  const std::string& target, const std::vector<Field>& fields);
  void print_text(std::uint32_t thread, std::string_view word, std::size_t span,
                  const std::string& target, const std::vector<Field>& fields);
  void print_pretty(std::uint32_t thread, std::string_view word, std::size_t span,
                    const std::string& target, const std::vector<Field>& fields);
  std::string json_span(std::size_t span) const;
  std::string list(const std::vector<Field>& fields, const char* separator,
                   const char* assign) const;
  std::string list_of_span(const std::vector<Field>& fields) const;
  std::vector<std::size_t> scope(std::size_t span) const;  // root first
  std::string painted(const char* sgr, const std::string& text) const;
  void expect(const subscriber::Record& record, const std::vector<Field>& fields, bool of_span);

  std::mt19937_64 random_;
  FmtStyle style_;
  std::int64_t now_us_ = 1'700'000'000'000'000;
  std::vector<Span> spans_ = std::vector<Span>(1);  // [0] is none
  std::vector<std::vector<std::size_t>> stacks_ = std::vector<std::vector<std::size_t>>(4);
  std::vector<bool> named_ = std::vector<bool>(4);
  std::uint64_t next_id_ = 1'000'000'001;
  std::uint64_t next_task_ = 1;
};

}  // namespace ari::test
