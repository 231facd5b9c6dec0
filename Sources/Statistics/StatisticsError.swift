/// Numbers that no statistic can be made of.
public enum StatisticsError: Error, Equatable, CustomStringConvertible {
    case outOfRange(what: String, expected: String, found: Double)
    case counts(what: String, expected: Int, found: Int)
    case notFinite(what: String, index: Int)

    /// The message for the user.
    public var description: String {
        switch self {
        case .outOfRange(let what, let expected, let found):
            """
            \(what) is out of range
              expected: \(expected)
              found:    \(found)
            """
        case .counts(let what, let expected, let found):
            """
            \(what): the numbers of entries differ
              expected: \(expected)
              found:    \(found)
            """
        case .notFinite(let what, let index):
            "\(what): entry \(index) is not a finite number"
        }
    }

    /// Throws unless `value` lies strictly between 0 and 1.
    static func checkShare(_ value: Double, _ what: String) throws {
        guard value > 0, value < 1 else {
            throw outOfRange(what: what, expected: "above 0 and below 1", found: value)
        }
    }
}
