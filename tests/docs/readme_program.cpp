// README's program, as a file of its own: its includes are all that it has.
#include "docs/venue_url.hpp"

#include "README/first.inc"
