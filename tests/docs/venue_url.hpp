// Where the blocks connect to, in place of the venues that the text names.
#pragma once

#include <string>

inline std::string venue_url;
