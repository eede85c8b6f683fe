// README's program, as a file of its own: its includes are all that it has.
#include "README/first.inc"
#include "docs/venue_url.hpp"
