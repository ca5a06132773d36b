import Detection

/// What Presidio's entities are called here. (Names from its public list of supported entities.)
enum PresidioKinds {
    private static let known: [String: Finding.Kind] = [
        "CREDIT_CARD": .card, "EMAIL_ADDRESS": .email, "PHONE_NUMBER": .phone, "PERSON": .person,
        "LOCATION": .place, "ORGANIZATION": .organisation, "IBAN_CODE": .iban, "IP_ADDRESS": .ipAddress,
        "MAC_ADDRESS": .macAddress, "URL": .url, "DATE_TIME": .date, "US_SSN": .ssn, "US_PASSPORT": .passport,
        "US_DRIVER_LICENSE": .driverLicence, "US_ITIN": .taxID, "US_BANK_NUMBER": .bankAccount,
        "MEDICAL_LICENSE": .recordNumber, "UK_NHS": .nationalID, "ES_NIF": .nationalID, "IT_FISCAL_CODE": .nationalID,
        "PL_PESEL": .nationalID, "SG_NRIC_FIN": .nationalID, "AU_TFN": .taxID, "IN_AADHAAR": .nationalID,
        "FI_PERSONAL_IDENTITY_CODE": .nationalID,
    ]

    /// The kind of an entity: one of ours where there is one, else one under the detector's own.
    static func kind(of entity: String, _ fallback: Finding.Kind) -> Finding.Kind {
        self.known[entity] ?? Finding.Kind(rawValue: "\(fallback.rawValue).\(entity.lowercased())") ?? fallback
    }
}
