package import Kernel
package import Transparency

/// How far what was shown to others is behind the log.
package struct AnchorStatus: Sendable {
    /// When publishing began.
    package let began: Timestamp
    /// The checkpoint that was published last, with its cosignatures.
    package internal(set) var published: SignedCheckpoint?
    package internal(set) var publishedAt: Timestamp?
    /// When somebody outside took a checkpoint last: a sink that is out of reach, or a witness that signed.
    package internal(set) var outsideAt: Timestamp?
    /// How often a sink or a witness did not do what it was asked.
    package internal(set) var failures = 0
    /// How many witnesses signed what was published last.
    package internal(set) var cosignatures = 0
    /// Why nothing is signed any more.
    package internal(set) var stopped: AnchorError?

    init(began: Timestamp) { self.began = began }

    /// For how long nobody outside has seen the log, since the start where nobody did.
    package func unanchored(at time: Timestamp) -> Duration {
        max(.zero, time.duration(since: self.outsideAt ?? self.began))
    }
}
