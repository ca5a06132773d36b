import Kernel

extension ScalarType<Microdollars> {
    /// An amount of US dollars, exact to the millionth.
    static let price = Self("US dollars such as `2.50`, with at most six digits behind the point", .decimal) {
        (text) throws(Refusal) in
        guard let amount = Microdollars(dollars: text) else {
            throw Refusal(hint: text.hasPrefix("$") ? "leave the currency out" : nil)
        }
        return amount
    } write: {
        $0.description
    }
}
