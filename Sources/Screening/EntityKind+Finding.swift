package import Detection
package import Entities

extension EntityKind {
    /// What a finding of it is called.
    package var findingKind: Finding.Kind {
        switch self {
        case .person: .person
        case .organisation: .organisation
        case .place: .place
        case .address: .address
        }
    }
}
