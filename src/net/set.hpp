// Something that is so for as long as a scope lasts, also when it is left by an exception.
#pragma once

namespace zenws::net {

class Set {
 public:
  explicit Set(bool& flag) noexcept : flag_{flag} { flag_ = true; }
  ~Set() { flag_ = false; }
  Set(const Set&) = delete;
  Set& operator=(const Set&) = delete;

 private:
  bool& flag_;
};

}  // namespace zenws::net
