/* How often this program has asked for memory. */
#include <stdint.h>

uint64_t allocations_count(void);
