extension String {
    /// Whether there is nothing to read: providers refuse such texts.
    package var isBlank: Bool {
        self.utf8.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }
}
