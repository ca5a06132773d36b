/// A number of model tokens.
package struct TokenCount: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral {
    package let value: Int

    package init(_ value: Int) { self.value = value }
    package init(integerLiteral value: Int) { self.value = value }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    package static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
}
