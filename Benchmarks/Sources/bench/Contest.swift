import BenchReport

/// Two sides that do the same work, and what is read off it.
struct Contest: Sendable {
    /// A row of the result, read off a contest's figures.
    struct Measure: Sendable {
        var id: String
        var title: String
        var unit: String
        var direction: Direction
        var bar: Double?
        /// The figure's name in a side's answer; `theirKey` where the sides' names differ.
        var key: String
        var theirKey: String?
        /// The sides' names where one process measures both.
        var names: (ours: String, theirs: String)?
        /// Only where there are tiles; elsewhere the bar cannot be judged.
        var needsTiles = false
        /// Only where there are none: kernels on tiles pass a ceiling of vectors.
        var needsNoTiles = false
    }

    /// Who does the work.
    enum Player: Sendable {
        /// nlpipe, with the kernels forced by NLPIPE_KERNEL unless nil.
        case nlpipe(kernel: String?)
        /// The peers' process.
        case peer
    }

    let name: String
    let summary: String
    var ours: (player: Player, settings: Settings)
    var theirs: (player: Player, settings: Settings)?
    let measures: [Measure]
    var warmups = 1
    var mostRounds = Int.max
    var fresh = false
    var notes: [String] = []
    /// Left out of a whole run unless asked for.
    var isLong = false
    /// Names every figure that the sides reported in the notes.
    var showsParts = false
    /// Sums a round's figures up to `seconds`.
    var total: (@Sendable ([String: Double]) -> Double?)?
}

extension Contest.Measure {
    /// A row whose figure has the same name on both sides.
    init(
        _ id: String, _ title: String, _ key: String, unit: String, _ direction: Direction,
        bar: Double?
    ) {
        self.init(id: id, title: title, unit: unit, direction: direction, bar: bar, key: key)
    }
}
