// A client for echo servers, for what wrk is to HTTP servers: many connections, on each one
// message at a time. It uses neither ari nor Asio.
//
//   ari-bench-echo-load PORT CONNECTIONS SECONDS         as fast as the answers come: prints the
//   round
//                                                        trips per second
//   ari-bench-echo-load PORT CONNECTIONS SECONDS RATE    RATE messages a second: prints the round
//   trips
//                                                        per second, and the microseconds that 50
//                                                        %, 99 % and 99.9 % of them took at most
//
// With RATE each message has an instant at which it is due, and its time counts from then: one that
// had to wait, because no connection was free or this client was late, is not told as a fast one.
//
// An answer that is not what was sent, or an error, ends it with exit status 1.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMessageBytes = 64;
using Message = std::array<char, kMessageBytes>;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

class Connection {
 public:
  explicit Connection(int port, char number) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sent_.fill(number);
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<std::uint16_t>(port));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&server), sizeof(server)) != 0 ||
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) != 0) {
      die("connect");
    }
  }

  int fd() const { return fd_; }
  Clock::time_point since() const { return since_; }

  // `since`: what its time counts from.
  void send(Clock::time_point since) {
    since_ = since;
    ++sent_[0];
    received_ = 0;
    // The buffers of a connection with one short message under way are never full.
    if (::send(fd_, sent_.data(), sent_.size(), MSG_NOSIGNAL) != kMessageBytes) die("send");
  }

  // Something has come; true if that completes the answer.
  bool receive() {
    const ssize_t got = ::recv(fd_, answer_.data() + received_, kMessageBytes - received_, 0);
    if (got <= 0) die("recv");
    received_ += static_cast<std::size_t>(got);
    if (received_ < kMessageBytes) return false;
    if (answer_ != sent_) {
      std::fprintf(stderr, "echo-load: a wrong answer\n");
      std::exit(1);
    }
    return true;
  }

 private:
  int fd_;
  Clock::time_point since_;
  std::size_t received_ = 0;
  Message sent_;
  Message answer_;
};

// Connections and the epoll that watches them.
class Client {
 public:
  Client(int port, std::size_t connections) {
    connections_.reserve(connections);  // events point into it
    for (std::size_t i = 0; i < connections; ++i) {
      Connection& connection = connections_.emplace_back(port, static_cast<char>(i));
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd(), &event) != 0) die("epoll_ctl");
    }
  }

  static constexpr std::chrono::nanoseconds kSilence = std::chrono::seconds(1);

  std::vector<Connection>& connections() { return connections_; }

  // Waits at most that long; calls `answered` with each connection whose answer is complete.
  template <typename Answered>
  void wait(std::chrono::nanoseconds at_most, Answered answered) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_most);
    const timespec timeout{seconds.count(), (at_most - seconds).count()};
    const int count =
        ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
    if (count < 0) die("epoll_pwait2");
    if (count == 0 && at_most >= kSilence) die("a second without an answer");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events_[static_cast<std::size_t>(i)].data.ptr);
      if (connection.receive()) answered(connection);
    }
  }

 private:
  int epoll_ = ::epoll_create1(0);
  std::vector<Connection> connections_;
  std::array<epoll_event, 256> events_;
};

// Every connection sends as soon as it was answered.
void at_full_load(Client& client, std::chrono::duration<double> wanted) {
  const Clock::time_point start = Clock::now();
  for (Connection& connection : client.connections()) connection.send(start);
  std::uint64_t round_trips = 0;
  Clock::time_point now = start;
  for (; now - start < wanted; now = Clock::now()) {
    client.wait(Client::kSilence, [&](Connection& connection) {
      ++round_trips;
      connection.send(now);
    });
  }
  const std::chrono::duration<double> took = now - start;
  std::printf("%.0f\n", static_cast<double>(round_trips) / took.count());
}

// Messages come at even distances, whatever the answers do.
void at_rate(Client& client, std::chrono::duration<double> wanted, double rate) {
  std::vector<Connection*> idle;
  for (Connection& connection : client.connections()) idle.push_back(&connection);
  std::vector<Clock::duration> times;
  const Clock::time_point start = Clock::now();
  std::uint64_t sent = 0;
  const auto due = [&] {
    const std::chrono::duration<double> after(static_cast<double>(sent) / rate);
    return start + std::chrono::duration_cast<Clock::duration>(after);
  };
  Clock::time_point now = start;
  for (; now - start < wanted; now = Clock::now()) {
    for (; due() <= now && !idle.empty(); ++sent) {
      idle.back()->send(due());
      idle.pop_back();
    }
    const auto pause =
        idle.empty() ? Client::kSilence
                     : std::clamp<std::chrono::nanoseconds>(due() - now, {}, Client::kSilence / 2);
    client.wait(pause, [&](Connection& connection) {
      times.push_back(Clock::now() - connection.since());
      idle.push_back(&connection);
    });
  }
  std::sort(times.begin(), times.end());
  const auto within = [&](double share) {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(times.size() - 1));
    return std::chrono::duration<double, std::micro>(times.at(rank)).count();
  };
  const std::chrono::duration<double> took = now - start;
  std::printf("%.0f %.0f %.0f %.0f\n", static_cast<double>(times.size()) / took.count(),
              within(0.5), within(0.99), within(0.999));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: ari-bench-echo-load PORT CONNECTIONS SECONDS [RATE]\n");
    return 2;
  }
  const std::chrono::duration<double> wanted(std::atof(argv[3]));
  Client client(std::atoi(argv[1]), static_cast<std::size_t>(std::atoi(argv[2])));
  if (argc == 4) {
    at_full_load(client, wanted);
  } else {
    at_rate(client, wanted, std::atof(argv[4]));
  }
}
