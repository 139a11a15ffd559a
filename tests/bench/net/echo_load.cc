// A client for echo servers, for what wrk is to HTTP servers: many connections, on each one
// message at a time, as fast as the answers come. It uses neither ari nor Asio.
//
//   ari-bench-echo-load PORT CONNECTIONS SECONDS    prints the round trips per second
//
// An answer that is not what was sent, or an error, ends it with exit status 1.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

  void send() {
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
  std::size_t received_ = 0;
  Message sent_;
  Message answer_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: ari-bench-echo-load PORT CONNECTIONS SECONDS\n");
    return 2;
  }
  const int port = std::atoi(argv[1]), connection_count = std::atoi(argv[2]);
  const std::chrono::duration<double> wanted(std::atof(argv[3]));

  const int epoll = ::epoll_create1(0);
  std::vector<Connection> connections;
  connections.reserve(static_cast<std::size_t>(connection_count));  // events point into it
  for (int i = 0; i < connection_count; ++i) {
    Connection& connection = connections.emplace_back(port, static_cast<char>(i));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, connection.fd(), &event) != 0) die("epoll_ctl");
  }
  for (Connection& connection : connections) connection.send();

  const Clock::time_point start = Clock::now();
  std::array<epoll_event, 256> events;
  std::uint64_t round_trips = 0;
  Clock::time_point now = start;
  for (; now - start < wanted; now = Clock::now()) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 1000);
    if (count <= 0) die("epoll_wait: a second without an answer");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!connection.receive()) continue;
      ++round_trips;
      connection.send();
    }
  }
  const std::chrono::duration<double> took = now - start;
  std::printf("%.0f\n", static_cast<double>(round_trips) / took.count());
}
