import Console
import Foundation
import Verification

extension AuditVerifyCommand {
    /// Looks at signed JSON Lines, as much of the file at a time as one needs.
    static func verifyLines(_ path: String, _ trust: Trust) throws -> VerificationReport {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("`\(path)` cannot be read", exitCode: .configuration)
        }
        defer { try? file.close() }
        var check = SignedLinesCheck(trust)
        var rest: [UInt8] = []
        while let bytes = try file.read(upToCount: 1 << 16), !bytes.isEmpty {
            var pieces = Array(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
            guard let last = pieces.popLast() else { continue }
            for piece in pieces {
                check.add(rest + piece)
                rest = []
            }
            rest += last
            guard rest.count <= 1 << 20 else {
                throw CommandFailure(
                    "`\(path)` is no export: it has a line of more than a mebibyte", exitCode: .configuration)
            }
        }
        if !rest.isEmpty { check.add(rest) }
        return check.finish()
    }
}
