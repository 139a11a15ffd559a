// RunSoFar: what a log must say again when it goes on in another file.
//
// Sees every record of a run and tells, at the instant at which a file begins, what is open
// then: the header, spans as if they were new, what their threads have entered, and of a task
// that waits one poll of no length, so that it is idle and not yet to be polled, where it
// waits, for which tasks if for any, its wakers, and a wake if it was woken. Attributes are told
// when they next change. Once events were lost nobody knows how many wakers a task has: if it
// had some, it is told to have one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "subscriber/open_spans.h"
#include "subscriber/record.h"

namespace ari::subscriber {

// Not thread-safe. Memory grows with the number of spans that are open, and of threads that live,
// or have lived since the last retell().
class RunSoFar {
 public:
  using Tell = std::function<void(const Record& record)>;

  // Takes note of a record; before that, `tell`s its thread's name if this file has it not.
  void see(const Record& record, const Tell& tell);

  // Nothing more will come of this thread.
  void end_thread(std::uint32_t thread) { ended_.insert(thread); }

  // Tells what a file with this number is to begin with. Its header says how many events of
  // what follows are only told again, so that a reader of all files can leave them out.
  void retell(std::int64_t at_unix_ns, std::uint64_t part, const Tell& tell);

  // Events lost that this file tells of.
  std::uint64_t lost() const noexcept { return lost_; }
  // Of the latest record.
  std::int64_t at_unix_ns() const noexcept { return at_unix_ns_; }

 private:
  // A field, or another value, with text of its own.
  struct KeptField {
    std::string name, text;
    Value value;  // without text
  };
  struct Span {
    Record record;  // its numbers; text is in what follows
    std::string name, target;
    std::vector<KeptField> fields;
    std::uint32_t thread = 0;  // that it was entered on last
    bool was_entered = false;
    bool is_woken = false;
    std::uint32_t woken_on = 0;
    std::int64_t wakers = 0;   // as far as is known
    std::uint64_t losses = 0;  // losses_ when they were counted
    Location parked_at;
    std::string file, function;
    std::vector<KeptField> joins;  // of its last poll's event runtime::join; empty: there was none
  };

  static std::vector<KeptField> kept(std::span<const Field> fields);
  static std::vector<Field> shown(const std::vector<KeptField>& fields);
  void note_exit(const Record& record);
  void note_join(const Record& record);
  void note_waker(const Record& record);
  std::int64_t wakers_of(const Span& task) const;
  void retell_header(std::int64_t at_unix_ns, std::uint64_t part, std::uint64_t retold,
                     const Tell& tell) const;
  void retell_open(std::int64_t at_unix_ns, const Tell& tell);
  void retell_waiting(const Span& span, std::int64_t at_unix_ns, const Tell& tell);
  void announce(std::uint32_t thread, std::int64_t at_unix_ns, const Tell& tell);
  void forget_ended();

  std::string program_;
  std::vector<KeptField> header_;
  std::unordered_map<std::uint32_t, std::string> thread_names_;
  std::unordered_set<std::uint32_t> announced_;  // in this file
  std::unordered_set<std::uint32_t> ended_;      // of those that have names here
  OpenSpans<Span> spans_;
  std::unordered_map<std::uint32_t, std::vector<SpanId>> entered_;  // by thread, innermost last
  std::uint64_t lost_ = 0;
  std::uint64_t losses_ = 0;  // times that events of some thread were lost
  std::int64_t at_unix_ns_ = 0;
};

}  // namespace ari::subscriber
