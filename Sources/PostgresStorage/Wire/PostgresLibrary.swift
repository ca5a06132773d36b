import CPostgres
import Kernel

/// PostgreSQL's client library as it is installed on this machine, loaded at the first use. Which of its calls are used is
/// in `CPostgres/shim.h`.
@safe struct PostgresLibrary: @unchecked Sendable {
    // SAFE: pointers to functions that stay where they are for as long as the process lives. The library itself is made
    // for many threads, each with connections of its own.
    let calls: postgres_calls

    /// The library, or nil where there is none.
    private static let found: PostgresLibrary? = {
        for name in ["libpq.so.5", "libpq.so", "libpq.5.dylib"] {
            // SAFE: the name is a C string for the length of the call; what comes back lives as long as the process.
            guard let calls = unsafe postgres_load(name) else { continue }
            return unsafe PostgresLibrary(calls: calls.pointee)
        }
        return nil
    }()

    static func load() throws(StoreError) -> PostgresLibrary {
        guard let found = Self.found else {
            throw StoreError(
                .unavailable,
                """
                PostgreSQL's client library is not installed
                hint: apt-get install libpq5
                """)
        }
        return found
    }
}
