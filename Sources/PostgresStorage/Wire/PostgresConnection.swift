import CPostgres
import Kernel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One connection to a server. For one thread at a time; every wait has an end.
@safe final class PostgresConnection {
    // SAFE: opened in `init`, finished in `deinit`, used by one thread at a time.
    private let handle: OpaquePointer
    private let library: PostgresLibrary
    /// The names of prepared statements, by their texts.
    private var prepared: [String: String] = [:]
    /// Whether it is of no use any more.
    private(set) var isBroken = false
    /// What went wrong last.
    private(set) var lastFailure: PostgresFailure?
    /// Whether it was lost while a change was being committed: that may have been made, or not.
    private(set) var isInDoubt = false
    /// Whether the server has said that something happened, since this was last taken back.
    var isNotified = false

    /// How many statements a connection prepares.
    private static let preparedLimit = 200

    /// What holds unless the URL says otherwise: a server that is gone is noticed within ten seconds, and of several
    /// servers the one that takes writes is meant.
    private static let usual: [(String, String)] = [
        ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "10000"), ("target_session_attrs", "read-write"),
        ("fallback_application_name", "gatehouse"),
    ]

    /// Connects. What went wrong, where it did, is noted for whoever would try again.
    /// - Throws: `.unavailable` with what the server or the network said, and what to do about it.
    init(
        _ url: PostgresURL, until deadline: ContinuousClock.Instant, noting: (PostgresFailure) -> Void = { _ in }
    ) throws(StoreError) {
        let library = try PostgresLibrary.load()
        self.library = library
        let parameters = Self.usual + [("dbname", url.reveal()), ("client_encoding", "UTF8")]
        guard Self.isReadable(url, library) else { throw PostgresURL.wrong("and its parameters are those of libpq") }
        let handle = unsafe Self.start(parameters, library)
        guard let handle = unsafe handle else { throw StoreError(.unavailable, "there is no memory to connect with") }
        unsafe self.handle = handle
        do throws(StoreError) {
            try self.connect(until: deadline)
        } catch {
            self.isBroken = true
            if let failure = self.lastFailure { noting(failure) }
            throw error
        }
    }

    // SAFE: nobody uses the handle any more.
    deinit { unsafe self.library.calls.finish(self.handle) }

    /// Whether the library can make sense of the URL. What it says where it cannot may repeat the password.
    private static func isReadable(_ url: PostgresURL, _ library: PostgresLibrary) -> Bool {
        // SAFE: the text is a C string for the length of the call, and what it gives is freed.
        let options = unsafe library.calls.conninfoParse(url.reveal(), nil)
        guard let options = unsafe options else { return false }
        unsafe library.calls.conninfoFree(options)
        return true
    }

    private static func start(_ parameters: [(String, String)], _ library: PostgresLibrary) -> OpaquePointer? {
        // SAFE: each copy is freed after the call, which keeps none of them.
        var names = unsafe parameters.map { unsafe UnsafePointer<CChar>(strdup($0.0)) }
        var values = unsafe parameters.map { unsafe UnsafePointer<CChar>(strdup($0.1)) }
        unsafe names.append(nil)
        unsafe values.append(nil)
        defer {
            unsafe names.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
            unsafe values.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        }
        return unsafe library.calls.connectStart(names, values, 1)
    }

    private func connect(until deadline: ContinuousClock.Instant) throws(StoreError) {
        // SAFE: of every call below: the handle is alive, and this is the only thread that uses it.
        unsafe _ = self.library.calls.setVerbosity(self.handle, PQERRORS_VERBOSE)
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            guard step != PGRES_POLLING_FAILED, unsafe self.library.calls.status(self.handle) != CONNECTION_BAD
            else { throw self.unreachable() }
            try self.wait(for: step == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            step = unsafe self.library.calls.connectPoll(self.handle)
        }
        unsafe _ = self.library.calls.setVerbosity(self.handle, PQERRORS_DEFAULT)
        unsafe _ = self.library.calls.setNonBlocking(self.handle, 1)
        unsafe _ = self.library.calls.setNoticeReceiver(self.handle, postgres_ignore_notice, nil)
    }

    /// Why there is no connection, in the words of the server or the network.
    private func unreachable() -> StoreError {
        self.isBroken = true
        let message = unsafe self.library.calls.errorMessage(self.handle)
        let failure = PostgresFailure(ofConnecting: unsafe message.map { unsafe String(cString: $0) } ?? "")
        self.lastFailure = failure
        return StoreError(
            .unavailable, "the database cannot be reached: \(failure.message)\nhint: \(failure.hint)",
            underlying: failure)
    }

    // MARK: Asking

    /// Runs one statement with its values.
    @discardableResult
    func run(_ query: PostgresQuery, until deadline: ContinuousClock.Instant) throws(StoreError) -> PostgresRows {
        self.lastFailure = nil
        let (text, values) = query.rendered
        let name = try self.prepare(text, values, deadline)
        var buffer: [UInt8] = []
        var ranges: [Range<Int>?] = []
        for value in values {
            let start = buffer.count
            ranges.append(value.write(to: &buffer) ? start..<buffer.count : nil)
        }
        // So that there is an address, also for values without a byte.
        buffer.append(0)
        // SAFE: the library copies the values before the call ends.
        let isSent = unsafe buffer.withUnsafeBytes { bytes -> Bool in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = unsafe ranges.map { range in
                unsafe range.flatMap { unsafe base?.advanced(by: $0.lowerBound) }
            }
            let lengths = ranges.map { Int32(clamping: $0?.count ?? 0) }
            let formats = ranges.map { _ in 1 as Int32 }
            return unsafe self.library.calls.sendPrepared(
                self.handle, name, Int32(values.count), pointers, lengths, formats, 1) == 1
        }
        guard isSent else { throw self.broken() }
        return try self.finish(deadline)
    }

    /// Runs a text of several statements without values; of ours, never made of somebody's words.
    func script(_ text: String, until deadline: ContinuousClock.Instant) throws(StoreError) {
        // SAFE: the text is a C string for the length of the call.
        guard unsafe self.library.calls.sendQuery(self.handle, text) == 1 else { throw self.broken() }
        _ = try self.finish(deadline)
    }

    private func prepare(
        _ text: String, _ values: [PostgresValue], _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> String {
        guard !self.isBroken else { throw StoreError(PostgresFailure(state: "", message: "the connection is closed")) }
        guard ContinuousClock.now < deadline else { throw StoreError.tooLate }
        if let name = self.prepared[text] { return name }
        if self.prepared.count >= Self.preparedLimit {
            try self.script("DEALLOCATE ALL", until: deadline)
            self.prepared = [:]
        }
        let name = "s\(self.prepared.count + 1)"
        // SAFE: texts and types live for the length of the call.
        let isSent =
            unsafe self.library.calls.sendPrepare(
                self.handle, name, text, Int32(values.count), values.map(\.type)) == 1
        guard isSent else { throw self.broken() }
        _ = try self.finish(deadline)
        self.prepared[text] = name
        return name
    }

    /// Reads the answer to its end, and gives the last result.
    private func finish(_ deadline: ContinuousClock.Instant) throws(StoreError) -> PostgresRows {
        var last: PostgresRows?
        var failure: PostgresFailure?
        try self.flush(deadline)
        while true {
            while unsafe self.library.calls.isBusy(self.handle) == 1 {
                try self.wait(for: POLLIN, until: deadline)
                try self.consume()
            }
            // SAFE: what comes back is ours to clear, which `PostgresRows` does.
            guard let result = unsafe self.library.calls.getResult(self.handle) else { break }
            let rows = unsafe PostgresRows(result, self.library)
            let status = unsafe self.library.calls.resultStatus(result)
            if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY {
                last = rows
            } else if failure == nil {
                failure = unsafe self.failure(of: result)
            }
        }
        if unsafe self.library.calls.status(self.handle) == CONNECTION_BAD { self.isBroken = true }
        if let failure {
            if failure.isOfConnection { self.isBroken = true }
            self.lastFailure = failure
            throw StoreError(failure)
        }
        guard let last else { throw self.broken() }
        return last
    }

    private func failure(of result: OpaquePointer) -> PostgresFailure {
        // SAFE: texts of the result live as long as it does, and are copied.
        let state = unsafe self.library.calls.resultErrorField(result, Int32(UInt8(ascii: "C")))
        let message = unsafe self.library.calls.resultErrorMessage(result)
        return PostgresFailure(
            state: unsafe state.map { unsafe String(cString: $0) } ?? "",
            message: unsafe message.map { unsafe Self.trimmed(String(cString: $0)) } ?? "")
    }

    private static func trimmed(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// The connection is of no use any more, for the reason that the library gives.
    private func broken() -> StoreError {
        self.isBroken = true
        let message = unsafe self.library.calls.errorMessage(self.handle)
        let text = unsafe message.map { unsafe Self.trimmed(String(cString: $0)) } ?? ""
        let failure = PostgresFailure(state: "", message: text)
        self.lastFailure = failure
        return StoreError(failure)
    }

    // MARK: Waiting

    private func flush(_ deadline: ContinuousClock.Instant) throws(StoreError) {
        while true {
            switch unsafe self.library.calls.flush(self.handle) {
            case 0: return
            case 1:
                try self.wait(for: POLLIN | POLLOUT, until: deadline)
                try self.consume()
            default: throw self.broken()
            }
        }
    }

    private func consume() throws(StoreError) {
        guard unsafe self.library.calls.consumeInput(self.handle) == 1 else { throw self.broken() }
        // SAFE: each notification is ours to free.
        while let notification = unsafe self.library.calls.notifies(self.handle) {
            self.isNotified = true
            unsafe self.library.calls.freeMemory(notification)
        }
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(StoreError) {
        let socket = unsafe self.library.calls.socket(self.handle)
        guard socket >= 0 else { throw self.broken() }
        guard Self.isReady([(socket, events)], until: deadline) else {
            // The statement may still be at work: its answer must not be taken for that of the next one.
            self.isBroken = true
            throw StoreError.tooLate
        }
    }

    /// Waits until the server says something, another file can be read, or it is time.
    func rest(or other: Int32, until deadline: ContinuousClock.Instant) throws(StoreError) {
        let socket = unsafe self.library.calls.socket(self.handle)
        guard socket >= 0 else { throw self.broken() }
        _ = Self.isReady([(socket, POLLIN), (other, POLLIN)], until: deadline)
        try self.consume()
        if unsafe self.library.calls.status(self.handle) == CONNECTION_BAD { throw self.broken() }
    }

    /// Waits until one of the files is ready; false where it is too late.
    static func isReady(_ files: [(file: Int32, events: Int32)], until deadline: ContinuousClock.Instant) -> Bool {
        var entries = files.map { pollfd(fd: $0.file, events: Int16($0.events), revents: 0) }
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let milliseconds = max(0, min(left.microseconds / 1000 + 1, 60_000))
            // SAFE: the entries live for the length of the call.
            let ready = unsafe poll(&entries, nfds_t(entries.count), left <= .zero ? 0 : Int32(milliseconds))
            if ready > 0 { return true }
            if ready < 0, errno != EINTR { return true }
            if left <= .zero { return false }
        }
    }
}

extension PostgresConnection {
    /// Does several things, all or nothing. An error of the body undoes all.
    func transaction<Value>(
        _ opening: PostgresQuery = "BEGIN", until deadline: ContinuousClock.Instant,
        _ body: (PostgresConnection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try self.run(opening, until: deadline)
        let value: Value
        do throws(StoreError) { value = try body(self) } catch {
            self.rollBack()
            throw error
        }
        do throws(StoreError) { try self.run("COMMIT", until: deadline) } catch {
            self.isInDoubt = self.isBroken
            throw error
        }
        return value
    }

    /// Undoes the transaction. Where even this fails the connection is given up, which undoes it as well.
    private func rollBack() {
        guard !self.isBroken else { return }
        let failure = self.lastFailure
        do throws(StoreError) { try self.run("ROLLBACK", until: .now + .seconds(5)) } catch { self.isBroken = true }
        self.lastFailure = failure
    }
}
