import Cedar

/// Where a value stands, for all entities of a type alike: what constants a value is compared with depends on this.
struct Slot: Hashable {
    enum Owner: Hashable {
        case context
        case attributes(EntityType)
        case tags(EntityType)
        case tagNames(EntityType)
    }

    let owner: Owner
    let path: [Text]

    func child(_ name: Text) -> Slot { Slot(owner: self.owner, path: self.path + [name]) }
}

/// Where one value stands: in the context, or with one entity.
struct Place: Hashable {
    enum Owner: Hashable {
        case context
        case attributes(EntityUID)
        /// The first name of the path is the tag's.
        case tags(EntityUID)
    }

    let owner: Owner
    let path: [Text]

    func child(_ name: Text) -> Place { Place(owner: self.owner, path: self.path + [name]) }

    var slot: Slot {
        switch self.owner {
        case .context: Slot(owner: .context, path: self.path)
        case .attributes(let uid): Slot(owner: .attributes(uid.type), path: self.path)
        case .tags(let uid): Slot(owner: .tags(uid.type), path: Array(self.path.dropFirst()))
        }
    }
}

/// One thing that may be so or otherwise; a case is what is said of those that matter to it.
enum Fact: Hashable {
    case principal
    case resource
    /// Whether an optional attribute, or a tag, is there.
    case isPresent(Place)
    case value(Place)
    /// Whether a set holds a value.
    case element(Place, Value)
    /// Whether the first entity is a member of the second, which is another.
    case member(EntityUID, EntityUID)
    /// What a term says that cannot be looked into.
    case opaque(Int)
}

extension ValueType {
    /// What values of this type consist of: itself, or of a set its elements. nil where those have parts of their own.
    var scalar: ValueType? {
        switch self {
        case .boolean, .long, .string, .entity, .extension: self
        case .set(let element):
            switch element {
            case .set, .record: nil
            default: element
            }
        case .record: nil
        }
    }
}
