import Settings
import Transparency

extension Settings {
    /// The public keys that the log signed with once.
    /// - Throws: `TransparencyError` where one cannot be read.
    var retiredKeys: [VerifierKey] {
        get throws(TransparencyError) {
            var keys: [VerifierKey] = []
            for text in self.audit.retiredKeys { keys.append(try VerifierKey(text)) }
            return keys
        }
    }
}
