// A score sheet without a lock, on a runtime with two workers: the tasks that write on it are
// those of a LocalSet, which stay on this thread, whoever plays for them elsewhere.
//
//   ARI=stdout build/release/bin/ari-example-local-set
#include <chrono>
#include <map>
#include <string>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using Sheet = std::map<std::string, int>;  // not thread-safe

// On whichever worker is free.
ari::Task<int> plays(int round) {
  co_await ari::time::sleep(std::chrono::milliseconds(round));
  co_return 10 / round;
}

ari::Task<void> keeps_score(Sheet* sheet, std::string team) {
  for (int round = 1; round <= 3; ++round) {
    const int points = co_await ari::spawn(plays(round));
    (*sheet)[team] += points;  // this thread again
  }
}

ari::Task<void> match() {
  Sheet sheet;
  ari::JoinSet<void> teams;
  teams.spawn_local(ari::task::Builder().name("red"), keeps_score(&sheet, "red"));
  teams.spawn_local(ari::task::Builder().name("blue"), keeps_score(&sheet, "blue"));
  while (true) {
    auto ended = co_await teams.join_next();
    if (!ended) break;
  }
  for (const auto& [team, points] : sheet) ARI_INFO("score", ("team", team), ("points", points));
}

}  // namespace

int main() {
  ari::subscriber::init();
  auto runtime = ari::Runtime::Builder::multi_thread().worker_threads(2).build();
  ari::LocalSet local;
  local.block_on(runtime, match());
}
