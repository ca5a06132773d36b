#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A bell that a thread can wait for beside a socket.
final class WakeUp: Sendable {
    /// What can be read once somebody has rung.
    let file: Int32
    private let end: Int32

    /// Without files to be had it is a bell without a sound: whoever waits looks up by the clock as well.
    init() {
        var files: [Int32] = [-1, -1]
        // SAFE: there is room for two.
        if unsafe pipe(&files) == 0 {
            for file in files {
                _ = fcntl(file, F_SETFL, O_NONBLOCK)
                _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            }
        }
        self.file = files[0]
        self.end = files[1]
    }

    deinit {
        close(self.file)
        close(self.end)
    }

    func ring() {
        var byte: UInt8 = 1
        // SAFE: one byte is there; where the pipe is full, the bell has been rung often enough.
        _ = unsafe write(self.end, &byte, 1)
    }

    /// Waits until it rings, or it is time.
    func wait(until deadline: ContinuousClock.Instant) {
        _ = PostgresConnection.isReady([(self.file, POLLIN)], until: deadline)
    }

    /// Takes back what was rung so far.
    func quiet() {
        var bytes = [UInt8](repeating: 0, count: 64)
        // SAFE: there is room for as many.
        while unsafe read(self.file, &bytes, bytes.count) == bytes.count {}
    }
}
