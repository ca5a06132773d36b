import Crypto
import Foundation
import Kernel
package import Surrogates

/// Keeps a map of surrogates on disk, sealed: what it holds is read by nobody without the key.
///
/// AES-256-GCM with a key derived by HKDF-SHA256 from the secret that is given; the file begins with a mark and a version.
package struct SurrogateVault: Sendable {
    /// Why a map cannot be kept or read.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let key: SymmetricKey
    private static let mark = Array("GHMAP1\n".utf8)

    /// A vault that this secret opens.
    /// - Throws: Where the secret has fewer than 16 bytes.
    package init(secret: [UInt8]) throws(Failure) {
        guard secret.count >= 16 else {
            throw Failure(description: "the key has \(secret.count) bytes, expected at least 16")
        }
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Data("gatehouse surrogate map".utf8),
            outputByteCount: 32)
    }

    /// The sealed bytes of a map.
    package func seal(_ map: SurrogateMap) throws(Failure) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("style", map.style.rawValue)
        json.name("entries")
        json.beginArray()
        for entry in map.entries {
            json.beginObject()
            json.member("kind", entry.kind)
            json.member("value", Data(entry.value).base64EncodedString())
            json.member("surrogate", Data(entry.surrogate).base64EncodedString())
            json.endObject()
        }
        json.endArray()
        json.endObject()
        do {
            let box = try AES.GCM.seal(json.bytes, using: self.key, authenticating: Self.mark)
            return Self.mark + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw Failure(description: "the map cannot be sealed: \(error)")
        }
    }

    /// The map in sealed bytes.
    /// - Throws: Where they are no sealed map, were changed, or were sealed with another key.
    package func open(_ bytes: [UInt8], file: String) throws(Failure) -> SurrogateMap {
        guard bytes.starts(with: Self.mark), bytes.count > Self.mark.count + 28 else {
            throw Failure(description: "`\(file)` is no map of surrogates")
        }
        let content: [UInt8]
        do {
            let box = try AES.GCM.SealedBox(combined: bytes[Self.mark.count...])
            content = Array(try AES.GCM.open(box, using: self.key, authenticating: Self.mark))
        } catch {
            throw Failure(description: "`\(file)` does not open with this key, or was changed")
        }
        guard let object = try? JSONSerialization.jsonObject(with: Data(content)) as? [String: Any],
            let style = (object["style"] as? String).flatMap(SurrogateMap.Style.init(rawValue:)),
            let entries = object["entries"] as? [[String: String]]
        else { throw Failure(description: "`\(file)` was written by another version") }
        return SurrogateMap(
            style: style,
            entries: entries.compactMap { entry in
                guard let kind = entry["kind"], let value = entry["value"].flatMap({ Data(base64Encoded: $0) }),
                    let surrogate = entry["surrogate"].flatMap({ Data(base64Encoded: $0) })
                else { return nil }
                return SurrogateMap.Entry(kind: kind, value: Array(value), surrogate: Array(surrogate))
            })
    }
}
