/// A row of numbers as a row of bars.
public enum Sparkline {
    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// A bar for every value, the smallest lowest; the last `width` values where there are more.
    ///
    /// Equal values are in the middle; what is not finite is a blank.
    public static func text(_ values: [Double], width: Int = 20) -> String {
        let shown = values.suffix(max(0, width))
        let finite = shown.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else {
            return String(repeating: " ", count: shown.count)
        }
        return String(
            shown.map { value in
                guard value.isFinite else { return " " }
                let range = high - low
                guard range > 0 else { return bars[3] }
                // Halves first: the difference of two large numbers may be infinite.
                let share = (value / 2 - low / 2) / (high / 2 - low / 2)
                return bars[min(max(Int(share * 8), 0), 7)]
            })
    }
}
