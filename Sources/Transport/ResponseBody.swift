package import NIOCore

/// The body of an answer on its way: one side puts pieces in as they come, the other takes them out as it can.
///
/// Bounded: the producer is told to pause while more than `highWater` bytes wait. Lives on one event loop.
package final class ResponseBody: @unchecked Sendable {
    // SAFE: every member is touched on one event loop only: by the channel handler that produces and by the exchange's task,
    // whose executor is that loop.

    /// Bytes that may wait before the producer is paused; with one read in flight, a stream holds at most about twice this.
    package static let highWater = 64 * 1024

    /// What the producer wants to know.
    package enum Demand {
        /// Fewer bytes wait than the bound: go on.
        case resume
        /// Nobody will read the rest.
        case discard
    }

    private enum End {
        case open, complete
        case failed(TransportError)
    }

    private var waiting = ByteBuffer()
    private var end = End.open
    /// Where the next piece is waited for; a body that is there before it is asked for needs none.
    private var reader: Parking<Result<ByteBuffer?, TransportError>>?
    private var isPaused = false
    /// Nothing has come since the last nudge.
    private var isNudged = false
    private var onDemand: ((Demand) -> Void)?

    package init(onDemand: ((Demand) -> Void)? = nil) { self.onDemand = onDemand }

    /// A body that is there already.
    package convenience init(complete bytes: ByteBuffer) {
        self.init()
        self.waiting = bytes
        self.end = .complete
    }

    // MARK: The producing side

    /// Puts a piece in. Returns false where the producer should pause until it hears `.resume`.
    package func push(_ bytes: ByteBuffer) -> Bool {
        self.isNudged = false
        if let reader, reader.isOccupied {
            reader.resume(returning: .success(bytes))
            return true
        }
        if self.waiting.readableBytes == 0 { self.waiting = bytes } else { self.waiting.writeImmutableBuffer(bytes) }
        self.isPaused = self.waiting.readableBytes > Self.highWater
        return !self.isPaused
    }

    /// The last piece was put in.
    package func finish() { self.conclude(.complete, .success(nil)) }

    /// There will be no more, and what there was is not all.
    package func fail(_ error: TransportError) { self.conclude(.failed(error), .failure(error)) }

    private func conclude(_ end: End, _ result: Result<ByteBuffer?, TransportError>) {
        guard case .open = self.end else { return }
        self.end = end
        self.onDemand = nil
        self.reader?.resume(returning: result)
    }

    /// Lets whoever waits for the next piece look up: with an empty one, where none has come since the last nudge.
    package func nudge() {
        defer { self.isNudged = true }
        guard self.isNudged, let reader, reader.isOccupied else { return }
        reader.resume(returning: .success(ByteBuffer()))
    }

    // MARK: The consuming side

    /// The next piece; nil at the end; an empty one where nothing came between two nudges. What arrived before a failure is handed out before the failure is thrown.
    package func next() async throws(TransportError) -> ByteBuffer? {
        if let ready = self.takeReady() { return try ready.get() }
        let reader = self.reader ?? Parking()
        self.reader = reader
        let result: Result<ByteBuffer?, TransportError> = await withTaskCancellationHandler {
            await reader.wait {
                self.takeReady() ?? (Task.isCancelled ? .failure(.exchangeCancelled) : nil)
            }
        } onCancel: {
            // Cancellation comes from the client's channel handler, on this loop.
            self.cancel()
        }
        return try result.get()
    }

    private func takeReady() -> Result<ByteBuffer?, TransportError>? {
        if self.waiting.readableBytes > 0 {
            let bytes = self.waiting
            self.waiting = ByteBuffer()
            if self.isPaused {
                self.isPaused = false
                self.onDemand?(.resume)
            }
            return .success(bytes)
        }
        switch self.end {
        case .open: return nil
        case .complete: return .success(nil)
        case .failed(let error): return .failure(error)
        }
    }

    private func cancel() {
        let demand = self.onDemand
        self.fail(.exchangeCancelled)
        demand?(.discard)
    }

    /// Says that nobody will read the rest; does nothing where the body is complete.
    package func discard() {
        let demand = self.onDemand
        self.waiting = ByteBuffer()
        self.fail(.exchangeCancelled)
        demand?(.discard)
    }
}
