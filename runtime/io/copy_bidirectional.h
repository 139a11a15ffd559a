// io::copy_bidirectional: what comes from either of two streams goes to the other, as in a proxy.
//
//   auto bytes = co_await ari::io::copy_bidirectional(client, server);
//   log("up", bytes.first, "down", bytes.second);
#pragma once

#include <cstdint>
#include <tuple>
#include <utility>

#include "runtime/io/copy.h"
#include "runtime/task/join.h"

namespace ari::io {

template <class S>
concept Duplex = Reader<S> && Writer<S> && requires(S& stream) { stream.shutdown(); };

// Copies until the end and passes that on: whoever reads from `to` comes to it.
template <Reader R, Writer W>
Task<std::uint64_t> copy_and_shutdown(R& from, W& to) {
  const std::uint64_t bytes = co_await copy(from, to);
  to.shutdown();
  co_return bytes;
}

// Until both have ended, each of which ends the other's side that writes; gives the numbers of
// bytes from `a` to `b` and from `b` to `a`. An error of either ends both and is thrown; then,
// or if the task is cancelled, up to 8192 bytes each way that were read are lost. Takes
// references, so it is to be awaited where it is called, not spawned.
template <Duplex A, Duplex B>
Task<std::pair<std::uint64_t, std::uint64_t>> copy_bidirectional(A& a, B& b) {
  auto both = co_await try_join(copy_and_shutdown(a, b), copy_and_shutdown(b, a));
  co_return std::pair(std::get<0>(both), std::get<1>(both));
}

}  // namespace ari::io
