import Statistics

extension MetricLog.Reading {
    /// The numbers of a metrics file, each with its interval where one is known.
    ///
    /// A file may say it itself, as `<key>_interval.low` and `.high`. Of a share whose rows are
    /// known it is Wilson's.
    ///
    /// - Parameter rows: the key of the number of rows that shares were counted on; nil for the
    ///   usual ones, and then only accuracies count as shares.
    public static func all(
        of file: ValueFile, rows: String? = nil
    ) -> [Metric.Place: MetricLog.Reading] {
        let numbers = Dictionary(
            file.entries.compactMap { entry in
                entry.value.number.flatMap { $0.isFinite ? (entry.key, $0) : nil }
            }, uniquingKeysWith: { first, _ in first })
        let count = (rows.map { [$0] } ?? ["test_rows", "rows"]).lazy
            .compactMap { numbers[$0] }.first
        var readings: [Metric.Place: MetricLog.Reading] = [:]
        for (key, value) in numbers {
            var interval: Interval?
            if let low = numbers["\(key)_interval.low"], let high = numbers["\(key)_interval.high"]
            {
                interval = Interval(low, high)
            } else if let count, rows != nil || key.hasSuffix("accuracy") {
                interval = wilson(value, rows: count)
            }
            readings[Metric.Place(file: file.path, key: key)] = .init(
                value: value, interval: interval)
        }
        return readings
    }

    private static func wilson(_ share: Double, rows: Double) -> Interval? {
        guard (0...1).contains(share), rows >= 1, rows < 1e15, rows == rows.rounded() else {
            return nil
        }
        return try? WilsonInterval.interval(
            successes: Int((share * rows).rounded()), trials: Int(rows))
    }
}
