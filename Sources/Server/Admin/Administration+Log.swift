import Anchors
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore
import Transparency

/// The log as everybody may read it (c2sp.org/tlog-tiles): hashes and signatures for whoever asks, entries for
/// administrators.
extension Administration {
    func addLogRoutes(to router: Router<AdminContext>) {
        router.get("log/checkpoint") { request, context in try await self.resource("checkpoint", context) }
        router.get("log/vkey") { _, _ in
            guard let publisher = self.publisher else { throw Self.nothing }
            return AdminReply(
                publisher.verifiers.map { "\($0)\n" }.joined(), contentType: "text/plain; charset=utf-8")
        }
        router.get("log/tile/**") { request, context in
            try await self.resource("tile/" + context.parameters.getCatchAll().joined(separator: "/"), context)
        }
    }

    private static let nothing = AdminError.notFound("the log has nothing there")

    private func resource(_ path: String, _ context: AdminContext) async throws -> LogReply {
        guard let publisher = self.publisher, let resource = LogSurface.Resource(path: path) else { throw Self.nothing }
        if case .entries = resource, context.administrator == nil { throw AdminError.noAdministrator }
        let surface = LogSurface(LedgerLog(ledger: self.stores.events))
        let bytes: [UInt8]?
        do {
            bytes = try await surface.bytes(
                resource, published: publisher.status.published, .ofServer(at: self.clock.now()))
        } catch let error as TransparencyError {
            throw AdminError(status: .serviceUnavailable, code: "storage_unavailable", message: "\(error)")
        }
        guard let bytes else { throw Self.nothing }
        return LogReply(bytes: bytes, resource: resource)
    }

    /// What is measured of publishing.
    var anchorMetrics: [(name: String, kind: String, help: String, value: Int)] {
        guard let status = self.publisher?.status else { return [] }
        let now = self.clock.now()
        let age = status.publishedAt.map { now.duration(since: $0) } ?? .zero
        return [
            (
                "gatehouse_audit_unanchored_seconds", "gauge",
                "Seconds since somebody outside took a checkpoint of the log, or since the start.",
                Int(status.unanchored(at: now).components.seconds)
            ),
            (
                "gatehouse_audit_checkpoint_size", "gauge", "Leaves under the checkpoint that was signed last.",
                Int(clamping: status.published?.checkpoint.size ?? 0)
            ),
            (
                "gatehouse_audit_checkpoint_age_seconds", "gauge", "Seconds since a checkpoint was signed.",
                Int(max(.zero, age).components.seconds)
            ),
            (
                "gatehouse_audit_cosignatures", "gauge", "Witnesses that signed the last checkpoint.",
                status.cosignatures
            ),
            (
                "gatehouse_audit_anchor_failures_total", "counter", "Sinks and witnesses that did not do their part.",
                status.failures
            ),
            (
                "gatehouse_audit_stopped", "gauge", "1 where the log does not continue what was signed.",
                status.stopped == nil ? 0 : 1
            ),
        ]
    }
}

/// A part of the log on the wire.
private struct LogReply: ResponseGenerator {
    let bytes: [UInt8]
    let resource: LogSurface.Resource

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var cache = self.resource.cacheControl
        // What only administrators read is nothing for caches that others share.
        if case .entries = self.resource { cache = cache.replacing("public", with: "private") }
        return Response(
            status: .ok, headers: [.contentType: self.resource.contentType, .cacheControl: cache],
            body: .init(byteBuffer: ByteBuffer(bytes: self.bytes)))
    }
}
