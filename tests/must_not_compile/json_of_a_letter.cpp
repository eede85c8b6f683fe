// expects: zenws: JSON is written from text, numbers, bool, nullptr, Object, Array, Raw and ranges of these
#include <zenws/json_text.hpp>

const std::string side = zenws::json::Object{}.add("side", 'b').text();
