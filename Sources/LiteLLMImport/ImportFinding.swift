package import Settings

/// Something that an import could not take over as it was.
package struct ImportFinding: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// There is no equal here: it has no effect any more.
        case dropped
        /// It was taken over, but does not mean quite the same.
        case changed
        /// A credential stood there in clear; a reference stands in its place.
        case secret
    }

    package let kind: Kind
    /// Where it stands in the file that was imported. Its key is the path there.
    package let location: Location
    /// Lower-case start, no final period; never a credential.
    package let message: String

    package init(_ kind: Kind, at location: Location, _ message: String) {
        self.kind = kind
        self.location = location
        self.message = message
    }

    package var description: String {
        [self.location.place, self.kind.rawValue, self.location.key, self.message].filter { !$0.isEmpty }
            .joined(separator: ": ")
    }
}
