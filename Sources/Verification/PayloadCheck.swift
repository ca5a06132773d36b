package import Audit
import Transparency

/// Opens sealed payloads, where the keys are at hand.
package protocol PayloadOpener: Sendable {
    /// What a payload of the event with this id commits to.
    func commitment(of payload: KeptPayload, event: [UInt8]) throws(VerificationError) -> OpenedPayload
}

/// What came of opening a payload.
package enum OpenedPayload: Hashable, Sendable {
    /// It was opened; this is the commitment to what is in it, as base 64.
    case commitment(String)
    /// Its keys were destroyed, or are not here.
    case sealed
    /// It is not what was sealed with its keys.
    case altered
}

/// Opens payloads with the keys of a vault.
package struct VaultOpener: PayloadOpener {
    private let vault: any KeyVault

    package init(_ vault: any KeyVault) { self.vault = vault }

    package func commitment(of payload: KeptPayload, event: [UInt8]) throws(VerificationError) -> OpenedPayload {
        guard let kind = PayloadKind(rawValue: payload.kind) else { return .altered }
        let key: PayloadKey?
        do { key = try self.vault.key(payload.keys) } catch {
            throw VerificationError(.unreadable, "the vault cannot be read: \(error)")
        }
        guard let key else { return .sealed }
        let sealed = SealedPayload(
            kind: kind, keys: payload.keys, nonce: payload.nonce, ciphertext: payload.ciphertext)
        guard let salted = try? key.open(sealed, event: event).salted else { return .altered }
        return .commitment(SealedPayload.commitment(to: salted))
    }
}

/// Holds sealed payloads against what leaves say of them.
struct PayloadCheck {
    /// What a leaf says, kept until the payloads of its tile are read.
    struct Named {
        let index: Int64
        let kind: String
        let keys: String
        let ciphertextHash: String
        let commitment: String
        /// The event's id.
        let event: [UInt8]
    }

    private let opener: (any PayloadOpener)?
    /// What leaves name and nobody has, and what was erased by order.
    private var absences = PayloadAbsences()

    init(_ opener: (any PayloadOpener)?) { self.opener = opener }

    /// Holds what there is (`kept`, in whatever order) against what the leaves say (`named`, by index). Of leaves that are
    /// `missing` nothing can be said.
    /// - Throws: where the keys cannot be read.
    mutating func check(
        _ named: [Named], _ kept: [KeptPayload], missing: Set<Int64>, into report: inout VerificationReport
    ) throws(VerificationError) {
        struct Name: Hashable {
            let index: Int64
            let kind: String
        }
        var rest: [Name: KeptPayload] = [:]
        for payload in kept {
            let name = Name(index: payload.index, kind: payload.kind)
            if rest.updateValue(payload, forKey: name) != nil {
                report.add(.ciphertexts, at: .payload(index: payload.index, kind: payload.kind), "is there twice")
            }
        }
        for name in named {
            guard let payload = rest.removeValue(forKey: Name(index: name.index, kind: name.kind)) else {
                self.absences.miss(name)
                continue
            }
            report.payloads += 1
            try self.check(payload, name, into: &report)
        }
        for name in rest.keys.sorted(by: { ($0.index, $0.kind) < ($1.index, $1.kind) })
        where !missing.contains(name.index) {
            report.add(.ciphertexts, at: .payload(index: name.index, kind: name.kind), "no leaf speaks of it")
        }
    }

    /// The leaf at an index says that this was erased: `person:p:…` or `month:2026-05/content`.
    mutating func erased(_ resource: String, at index: Int64) { self.absences.erased(resource, at: index) }

    /// Says of what is missing why that is so. Where every leaf was seen, what no erasure explains is a problem.
    func tell(isWhole: Bool, into report: inout VerificationReport) {
        self.absences.tell(isWhole: isWhole, into: &report)
    }

    private func check(
        _ payload: KeptPayload, _ named: Named, into report: inout VerificationReport
    ) throws(VerificationError) {
        let place = VerificationPlace.payload(index: payload.index, kind: payload.kind)
        if payload.keys != named.keys {
            report.add(.ciphertexts, at: place, "names other keys than the leaf does")
        }
        guard Hash.plain((payload.nonce + payload.ciphertext).span).base64 == named.ciphertextHash else {
            report.add(.ciphertexts, at: place, "is not the one that the leaf names: its hash is another")
            return
        }
        guard let opener = self.opener else { return }
        switch try opener.commitment(of: payload, event: named.event) {
        case .commitment(let commitment):
            report.payloadsOpened += 1
            if commitment != named.commitment {
                report.add(.commitments, at: place, "is not what the leaf commits to")
            }
        case .sealed: report.payloadsSealed += 1
        case .altered: report.add(.commitments, at: place, "its keys do not open it")
        }
    }
}
