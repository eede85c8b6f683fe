// Deribit's errors: code, text, and which parameter was wrong. https://docs.deribit.com/#rpc-error-codes
#pragma once

#include <expected>
#include <string>

#include <nlohmann/json.hpp>

namespace zenws::simulators::deribit {

struct Refusal {
  int code = 0;
  std::string message;
  nlohmann::json data = {};  // null: none
};
using Answer = std::expected<nlohmann::json, Refusal>;

namespace refusal {

inline Refusal order_overlap() { return {10003, "order_overlap"}; }
inline Refusal order_not_found() { return {10004, "order_not_found"}; }
inline Refusal not_enough_funds() { return {10009, "not_enough_funds"}; }
inline Refusal invalid_amount() { return {10021, "invalid_amount"}; }
inline Refusal too_many_requests() { return {10028, "too_many_requests"}; }
inline Refusal not_implemented() { return {10033, "not_implemented"}; }
inline Refusal price_wrong_tick() { return {10043, "price_wrong_tick"}; }
inline Refusal not_open_order() { return {11044, "not_open_order"}; }
inline Refusal bad_request() { return {11050, "bad_request"}; }
inline Refusal post_only_reject() { return {11054, "post_only_reject"}; }
inline Refusal reduce_only() { return {11030, "other_reject invalid_reduce_only_order"}; }
inline Refusal invalid_credentials() { return {13004, "invalid_credentials"}; }
inline Refusal unauthorized(const char* reason) { return {13009, "unauthorized", {{"reason", reason}}}; }
inline Refusal not_found() { return {13020, "not_found"}; }
inline Refusal raw_needs_login() { return {13778, "raw_subscriptions_not_available_for_unauthorized"}; }
inline Refusal method_not_found() { return {-32601, "Method not found"}; }
inline Refusal invalid_params(const char* param, const char* reason) {
  return {-32602, "Invalid params", {{"param", param}, {"reason", reason}}};
}

}  // namespace refusal

}  // namespace zenws::simulators::deribit
