/* Counts what a benchmark allocates: stands before the C library's functions, which do the work. */
#include "include/allocations.h"
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic uint64_t count;

uint64_t allocations_count(void) { return atomic_load(&count); }

static void noted(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    noted();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    noted();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    noted();
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    noted();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *made = memalign(alignment, size);
    if (made == NULL) return ENOMEM;
    *result = made;
    return 0;
}
