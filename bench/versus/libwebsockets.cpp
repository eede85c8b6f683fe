// libwebsockets, used with care: UTF-8 checked as by the others, large reads, writes until the socket takes no more.
#include <array>
#include <atomic>
#include <deque>
#include <libwebsockets.h>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "versus/library.hpp"

namespace bench {

namespace {

constexpr unsigned read_buffer = 64U << 10U;

class Libwebsockets;

class LwsConnection final : public Connection {
 public:
  LwsConnection(Libwebsockets& library, Events& events) noexcept : library_{library}, events_{events} {}

  void send(std::string_view text) override;
  void send_from_thread(std::string_view text) override;

  void opened(lws* wire) {
    wire_ = wire;
    events_.opened(*this);
  }
  void received(std::string_view piece, bool ends);
  // False: the connection is broken.
  [[nodiscard]] bool writable();
  void closed() { events_.closed(); }
  // What other threads left is to be written.
  void wake() {
    const std::scoped_lock lock{mutex_};
    if (!from_threads_.empty()) lws_callback_on_writable(wire_);
  }

 private:
  // A message with the room before it that the library writes its header to.
  static std::vector<unsigned char> padded(std::string_view text) {
    std::vector<unsigned char> bytes(LWS_PRE + text.size());
    text.copy(reinterpret_cast<char*>(bytes.data()) + LWS_PRE, text.size());
    return bytes;
  }
  bool take_from_threads();

  Libwebsockets& library_;
  Events& events_;
  lws* wire_ = nullptr;
  std::string message_;  // one that came in pieces
  std::deque<std::vector<unsigned char>> queue_;
  std::mutex mutex_;
  std::deque<std::vector<unsigned char>> from_threads_;
  std::size_t bytes_from_threads_ = 0;
};

class Libwebsockets final : public Library {
 public:
  explicit Libwebsockets(const Job& job) : job_{job} {
    lws_set_log_level(0, nullptr);
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols_.data();
    info.user = this;
    info.pt_serv_buf_size = read_buffer;
    info.options = LWS_SERVER_OPTION_VALIDATE_UTF8 | (job.is_tls() ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0U);
    if (job.is_tls()) info.client_ssl_ca_filepath = job_.place.certificate.c_str();
    context_ = lws_create_context(&info);
    if (context_ == nullptr) Events::fail("lws_create_context");
  }
  ~Libwebsockets() override {
    ending_ = true;
    lws_context_destroy(context_);
  }

  void on_loop(std::function<void()> task) override {
    const std::scoped_lock lock{mutex_};
    tasks_.push_back(std::move(task));
    lws_cancel_service(context_);
  }
  void open(const std::string& target, Events& events) override {
    LwsConnection& connection = connections_.emplace_back(*this, events);
    lws_client_connect_info info{};
    info.context = context_;
    info.address = "127.0.0.1";
    info.port = job_.place.port;
    info.path = target.c_str();
    info.host = job_.is_tls() ? "localhost" : "127.0.0.1";
    info.origin = nullptr;
    info.ietf_version_or_minus_one = -1;
    info.ssl_connection = job_.is_tls() ? LCCSCF_USE_SSL : 0;
    info.local_protocol_name = protocols_.front().name;
    info.opaque_user_data = &connection;
    if (lws_client_connect_via_info(&info) == nullptr) Events::fail("lws_client_connect_via_info");
  }
  void run() override {
    while (!stopped_) lws_service(context_, 0);
  }
  void stop() override {
    stopped_ = true;
    lws_cancel_service(context_);
  }
  // Another thread has left something to be written.
  void wake() { lws_cancel_service(context_); }

 private:
  static int on_event(lws* wire, lws_callback_reasons reason, void*, void* in, std::size_t size) {
    auto* const connection = static_cast<LwsConnection*>(lws_get_opaque_user_data(wire));
    auto* const self = static_cast<Libwebsockets*>(lws_context_user(lws_get_context(wire)));
    if (self == nullptr || self->ending_) return 0;
    switch (reason) {
      case LWS_CALLBACK_CLIENT_ESTABLISHED:
        connection->opened(wire);
        break;
      case LWS_CALLBACK_CLIENT_RECEIVE:
        self->receive(*connection, wire, {static_cast<const char*>(in), size});
        break;
      case LWS_CALLBACK_CLIENT_WRITEABLE:
        return connection->writable() ? 0 : -1;
      case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        Events::fail(in != nullptr ? std::string_view{static_cast<const char*>(in), size} : "no connection");
      case LWS_CALLBACK_CLIENT_CLOSED:
        connection->closed();
        break;
      case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        self->woken();
        break;
      default:
        break;
    }
    return 0;
  }
  void woken() {
    std::vector<std::function<void()>> tasks;
    {
      const std::scoped_lock lock{mutex_};
      tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
    for (LwsConnection& each : connections_) each.wake();
  }
  static void receive(LwsConnection& connection, lws* wire, std::string_view piece);

  static inline const std::array<lws_protocols, 2> protocols_{
      {{"bench", on_event, 0, read_buffer, 0, nullptr, 0}, {nullptr, nullptr, 0, 0, 0, nullptr, 0}}};

  const Job job_;
  lws_context* context_ = nullptr;
  std::atomic<bool> stopped_{false};
  bool ending_ = false;
  std::deque<LwsConnection> connections_;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
};

void Libwebsockets::receive(LwsConnection& connection, lws* wire, std::string_view piece) {
  const bool ends = lws_is_final_fragment(wire) != 0 && lws_remaining_packet_payload(wire) == 0;
  connection.received(piece, ends);
}

void LwsConnection::received(std::string_view piece, bool ends) {
  if (ends && message_.empty()) return events_.message(*this, piece);
  message_.append(piece);
  if (!ends) return;
  events_.message(*this, message_);
  message_.clear();
}

void LwsConnection::send(std::string_view text) {
  queue_.push_back(padded(text));
  if (queue_.size() == 1) lws_callback_on_writable(wire_);
}

void LwsConnection::send_from_thread(std::string_view text) {
  std::vector<unsigned char> bytes = padded(text);
  for (;;) {
    {
      const std::scoped_lock lock{mutex_};
      if (bytes_from_threads_ < most_queued) {
        bytes_from_threads_ += bytes.size();
        from_threads_.push_back(std::move(bytes));
        if (from_threads_.size() > 1) return;  // the loop was woken for the first
        break;
      }
    }
    std::this_thread::yield();
  }
  library_.wake();
}

bool LwsConnection::take_from_threads() {
  const std::scoped_lock lock{mutex_};
  if (queue_.empty()) queue_.swap(from_threads_);
  bytes_from_threads_ = 0;
  return !queue_.empty();
}

bool LwsConnection::writable() {
  while (!queue_.empty() || take_from_threads()) {
    std::vector<unsigned char>& bytes = queue_.front();
    const std::size_t size = bytes.size() - LWS_PRE;
    if (lws_write(wire_, bytes.data() + LWS_PRE, size, LWS_WRITE_TEXT) < static_cast<int>(size)) return false;
    queue_.pop_front();
    if (lws_send_pipe_choked(wire_) != 0) break;
  }
  if (!queue_.empty()) lws_callback_on_writable(wire_);
  return true;
}

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) { return std::make_unique<Libwebsockets>(job); }

std::optional<Figures> run_own(const Job&) { return std::nullopt; }

}  // namespace bench
