// HttpRequests: how many HTTP/1.1 requests have come in on one connection.
//
// Both servers that are compared use it, so that they differ in their runtime only. The
// parsing is that of http-parser, which was Node's.
#pragma once

#include <http_parser.h>

#include <cstddef>
#include <string_view>

namespace ari::bench {

class HttpRequests {
 public:
  HttpRequests() noexcept {
    ::http_parser_init(&parser_, HTTP_REQUEST);
    parser_.data = this;
  }
  HttpRequests(const HttpRequests&) = delete;
  HttpRequests& operator=(const HttpRequests&) = delete;

  // The number of requests that ended within `bytes`; -1 if it is no HTTP.
  int feed(std::string_view bytes) noexcept {
    ended_ = 0;
    const std::size_t parsed =
        ::http_parser_execute(&parser_, &settings(), bytes.data(), bytes.size());
    return parsed == bytes.size() ? ended_ : -1;
  }

  // Whether the last request lets the connection live on.
  bool keeps_alive() const noexcept { return keeps_alive_; }

 private:
  static int on_end(http_parser* parser) noexcept {
    auto* self = static_cast<HttpRequests*>(parser->data);
    ++self->ended_;
    self->keeps_alive_ = ::http_should_keep_alive(parser) != 0;
    return 0;
  }
  static const http_parser_settings& settings() noexcept {
    static const http_parser_settings settings = [] {
      http_parser_settings all;
      ::http_parser_settings_init(&all);
      all.on_message_complete = on_end;
      return all;
    }();
    return settings;
  }

  http_parser parser_;
  int ended_ = 0;
  bool keeps_alive_ = true;
};

inline constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/plain\r\n"
    "Content-Length: 14\r\n"
    "\r\n"
    "Hello, world!\n";

}  // namespace ari::bench
