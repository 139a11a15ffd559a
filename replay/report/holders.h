// Who holds a lock, in words and in JSON; the same in every view.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// One hold: "left [7] (2 permits) (perhaps)", "not told ([7] took it and is over)". Safe to print.
std::string holder_text(const Model& model, const Resource& lock, const Hold& hold);

// That it is guessed which lock a line is about, if it is and somebody waits for one. For the top
// of a view of holders.
void append_guessed_locks(const Model& model, const TextStyle& style, std::string& out);

// Views of locks show so many holders at most, the oldest, and how many more there are: else they
// grew with waiters times holders.
inline constexpr std::size_t kMostHolders = 6;

// The holders, "perhaps left [7]" if that is not certain, or "nobody", or "not told" where the log
// lacks the lock's beginning or cannot tell. Safe to print.
std::string holders_text(const Model& model, const Resource& lock);

// Holders in JSON: of each lock all of them where it comes first, and kMostAgain from then on,
// since each of very many waiters would repeat very many holders.
class HoldersJson {
 public:
  static constexpr std::size_t kMostAgain = 20;

  // With a limit even the first time no more than that.
  explicit HoldersJson(const Model& model, std::optional<std::size_t> limit = {})
      : model_(model), limit_(limit) {}

  // `"holders":[…]`, or null where the log cannot tell: of what is no lock (or nothing at all), and
  // of one whose beginning it lacks. If they are not all, which then are the oldest,
  // `"holders_left_out":N` too.
  void member(JsonWriter& json, const Resource* resource);

 private:
  const Model& model_;
  std::optional<std::size_t> limit_;
  std::unordered_set<const Resource*> told_;
};

// Whether it is that task's for certain, by all that the log tells.
bool is_certain(const Model& model, const Resource& lock, const Hold& hold);

}  // namespace ari::replay
