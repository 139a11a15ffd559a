// A view while the log grows: to finish a fold is to use it up, so a copy must be finished; and
// what a fold holds is spread over many objects that point to each other. fork() copies it all,
// shares what does not change, and takes well under a millisecond for each 10 MB: the child
// finishes the fold, prints and is gone. Nobody else's threads are needed in it.
#include "replay/cli/print_folded.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "replay/cli/folded.h"
#include "replay/cli/screen.h"
#include "replay/cli/watch.h"
#include "replay/input/followed_logs.h"
#include "replay/model/joined_folds.h"

namespace ari::replay {

namespace {

// Runs `child` in a copy of this process and waits until it is done.
template <typename Child>
void in_a_copy(Child child) {
  const pid_t pid = ::fork();
  if (pid < 0) return;  // too little memory: the next second may have more
  if (pid == 0) {
    child();
    std::_Exit(0);
  }
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

int follow(const Options& options, FoldOptions fold_options, Console& console,
           const ModelView& view) {
  fold_options.is_worth_keeping = nullptr;  // what was forgotten too early could not be read again
  Screen screen(console);
  const bool draws = options.format == Format::kText && screen.is_possible();
  std::function<bool()> draw;
  Watch watch(console, {}, draws ? [&draw] { return draw(); } : std::function<bool()>());
  Result<FollowedLogs> logs = FollowedLogs::open(options.logs, watch);
  if (!logs.has_value()) {
    console.remark(logs.error().message);
    return kExitUsage;
  }
  JoinedFolds fold(fold_options, logs.value().size());
  const auto append_view = [&](std::string& out) {
    return view(fold.finish(logs.value().coverage()), text_style(options, console), out);
  };
  draw = [&] {
    if (logs.value().coverage().lines == 0) return false;
    screen.enter();
    in_a_copy([&] {
      std::string out;
      append_view(out);
      screen.show(out);
    });
    return true;
  };
  const auto error = logs.value().read(fold.sinks());
  screen.leave();
  if (error) {
    console.remark(error->message);
    return kExitUsage;
  }
  if (!have_uptimes_if_asked(options, logs.value().coverage(), console)) return kExitUsage;
  tell_problems(logs.value().coverage(), console);
  std::string out;
  const int status = append_view(out);
  console.write(out);
  return status;
}

}  // namespace

int print_folded(const Options& options, FoldOptions fold_options, Console& console,
                 const ModelView& view) {
  if (options.follow) {
    return follow(options, as_asked(options, std::move(fold_options)), console, view);
  }
  const Model* const model = fold_log(options, std::move(fold_options), console);
  if (!model) return kExitUsage;
  std::string out;
  const int status = view(*model, text_style(options, console), out);
  console.write(out);
  return status;
}

}  // namespace ari::replay
