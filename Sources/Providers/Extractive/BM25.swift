/// The ranking function BM25: rare terms count more, repeated terms less and less, long texts must hold more of them.
///
/// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and Trends in Information
/// Retrieval 3 (4), 2009, formulas 3.15 and 3.20 (a term's frequency may be a weighted sum over fields, as in BM25F, and is
/// then no whole number). The inverse document frequency is theirs plus one inside the logarithm, so that a term of most
/// texts counts little instead of against them; here a text is a sentence.
struct BM25 {
    /// How soon repetition stops to count. They report 1.2 to 2 as good.
    static let k1 = 1.2
    /// How much length counts, from 0 to 1. They report 0.5 to 0.8 as good; sentences are short and alike.
    static let b = 0.5

    /// The number of texts, and the mean number of terms in one.
    let texts: Int
    let averageLength: Double

    /// What a term that stands in `containing` of the texts is worth.
    func inverseFrequency(containing: Int) -> Double {
        Self.inverseFrequency(containing: containing, of: self.texts)
    }

    static func inverseFrequency(containing: Int, of texts: Int) -> Double {
        Self.naturalLogarithm(1 + (Double(texts - containing) + 0.5) / (Double(containing) + 0.5))
    }

    /// What one term adds to the score of a text.
    func score(frequency: Double, length: Int, inverseFrequency: Double) -> Double {
        let norm = self.averageLength > 0 ? Double(length) / self.averageLength : 1
        let saturation = frequency + Self.k1 * (1 - Self.b + Self.b * norm)
        return inverseFrequency * frequency * (Self.k1 + 1) / saturation
    }

    /// ln of a positive, finite number, to the last digits of a Double. Our own, so that scores and with them answers are
    /// the same on every platform: ln(2ᵉ·m) = e·ln 2 + 2·artanh((m−1)/(m+1)), by the series.
    static func naturalLogarithm(_ value: Double) -> Double {
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for denominator in stride(from: 1.0, through: 33, by: 2) {
            sum += power / denominator
            power *= square
        }
        return Double(value.exponent) * 0.693_147_180_559_945_3 + 2 * sum
    }
}
