/// P-values of several tests, raised so that the chance of even one false alarm stays what it is
/// for one test (Holm, Scandinavian Journal of Statistics 6, 1979).
public enum HolmCorrection {
    /// The corrected p-values, in the order given.
    ///
    /// The smallest is multiplied by the number of tests, the next by one less and so on; none
    /// falls below the one before it or rises above 1.
    public static func adjusted(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var result = values
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, values[index] * Double(values.count - rank)))
            result[index] = largest
        }
        return result
    }
}
