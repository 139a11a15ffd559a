#include "runtime/net/reactor.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <new>
#include <string>
#include <string_view>

#include "runtime/trace/span.h"

namespace ari::net {

namespace {

constexpr std::string_view kBrokenFields[] = {"op", "error"};
constexpr trace::Metadata kBroken{"", "runtime::driver", trace::Level::kError, kBrokenFields};

constexpr epoll_event kOnBell{.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};

// Whoever sleeps in an epoll keeps it while the program closes its descriptor, and cannot be roused
// by anybody then. So nobody sleeps longer at once.
constexpr int kLongestSleepMs = 1000;

std::error_code last_error() noexcept { return {errno, std::system_category()}; }

Readiness::Bits bits_of(std::uint32_t events) noexcept {
  std::uint32_t bits = 0;
  if ((events & EPOLLIN) != 0) bits |= Readiness::kReadable;
  if ((events & EPOLLOUT) != 0) bits |= Readiness::kWritable;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) bits |= Readiness::kReadClosed;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) bits |= Readiness::kWriteClosed;
  if ((events & EPOLLPRI) != 0) bits |= Readiness::kUrgent;
  return static_cast<Readiness::Bits>(bits);
}

// Rounded up, so that no sleep ends early.
int timeout_ms(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept {
  if (!deadline) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

}  // namespace

std::unique_ptr<Reactor> Reactor::make(std::error_code& error) noexcept {
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  Descriptor bell(epoll ? ::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK) : -1);
  epoll_event on_bell = kOnBell;
  if (!bell || ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, bell.get(), &on_bell) != 0) {
    error = last_error();
    return nullptr;
  }
  std::unique_ptr<Reactor> reactor(new (std::nothrow) Reactor(std::move(epoll), std::move(bell)));
  if (reactor == nullptr) error = std::make_error_code(std::errc::not_enough_memory);
  return reactor;
}

Reactor::Reactor(Descriptor epoll, Descriptor bell) noexcept
    : epoll_(std::move(epoll)), bell_(std::move(bell)) {}

Reactor::~Reactor() {
  if (!is_broken() && (origin_.is_a_parent() || ring())) return;
  // The numbers may be other files' by now, and not ours to close.
  static_cast<void>(epoll_.release());
  static_cast<void>(bell_.release());
}

Readiness* Reactor::take(std::error_code& error) noexcept try {
  const std::lock_guard lock(mutex_);
  if (shut_down_ || origin_.is_a_parent()) {
    error = std::make_error_code(std::errc::operation_canceled);
    return nullptr;
  }
  if (free_ == nullptr) free_ = &all_.emplace_back();
  Readiness* readiness = std::exchange(free_, free_->next_free_);
  readiness->open();
  return readiness;
} catch (const std::bad_alloc&) {
  error = std::make_error_code(std::errc::not_enough_memory);
  return nullptr;
}

void Reactor::give_back(Readiness& readiness) noexcept {
  const std::lock_guard lock(mutex_);
  readiness.next_free_ = std::exchange(free_, &readiness);
}

Readiness* Reactor::add(int fd, std::error_code& error) noexcept {
  Readiness* readiness = take(error);
  if (readiness == nullptr) return nullptr;
  epoll_event event{.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                    .data = {.ptr = readiness}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    error = last_error();
    give_back(*readiness);
    return nullptr;
  }
  return readiness;
}

void Reactor::remove(Readiness& readiness, int fd) noexcept {
  // Closing would not do: the descriptor goes on reporting if a child process inherited it. In that
  // child it is the parent that is to be told of it.
  if (!origin_.is_a_parent()) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  readiness.close();
  give_back(readiness);
}

void Reactor::wait(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept {
  while (true) {
    const int left = timeout_ms(deadline);
    const bool is_last = left >= 0 && left <= kLongestSleepMs;
    if (collect(is_last ? left : kLongestSleepMs) != News::kNone || is_last) return;
  }
}

Reactor::News Reactor::collect(int timeout_ms) noexcept {
  if (is_broken()) return News::kOther;
  if (origin_.is_a_parent()) {
    give_up(ECANCELED);  // what is to be told is told to one of us only
    return News::kOther;
  }
  const int count =
      ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
  if (count == 0) return News::kNone;
  // A sleep that ends early by a signal does no harm.
  if (count < 0 && errno != EINTR) give_up(errno);
  News news = News::kOther;
  for (int i = 0; i < count; ++i) {
    auto* readiness = static_cast<Readiness*>(events_[i].data.ptr);
    if (readiness == nullptr) continue;
    readiness->report(bits_of(events_[i].events));
    news = News::kReady;
  }
  return news;
}

void Reactor::give_up(int system_error) noexcept {
  broken_.store(true, std::memory_order_relaxed);
  const std::string why = std::error_code(system_error, std::system_category()).message();
  trace::event(kBroken, {"broken", std::string_view(why)});
  shut_down();
}

bool Reactor::ring() noexcept {
  epoll_event on_bell = kOnBell;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, bell_.get(), &on_bell) == 0;
}

void Reactor::rouse() noexcept {
  if (!origin_.is_a_parent()) ring();
}

void Reactor::shut_down() noexcept {
  {
    const std::lock_guard lock(mutex_);
    shut_down_ = true;  // from here on all_ does not change
  }
  for (Readiness& readiness : all_) readiness.report(Readiness::kShutDown);
}

}  // namespace ari::net
