package import Kernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The time as the operating system tells it.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        // SAFE: the pointer to `time` lives as long as the call, which always succeeds for this clock.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
