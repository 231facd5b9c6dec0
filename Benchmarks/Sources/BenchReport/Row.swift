/// What came of a row's bar.
public enum Verdict: Sendable, Equatable, Codable {
    /// The ratio reaches the bar.
    case pass
    /// It does not.
    case short
    /// Measured for information; the row has no bar.
    case noBar
    /// This machine cannot show it, for the reason given.
    case notMeasurable(String)

    /// As a table shows it.
    public var text: String {
        switch self {
        case .pass: "pass"
        case .short: "falls short"
        case .noBar: "for information"
        case .notMeasurable(let reason): "not measurable here: \(reason)"
        }
    }
}

/// One line of the result: a work, both sides, and how they compare.
public struct Row: Sendable, Equatable, Codable {
    /// One side of a row.
    public struct Side: Sendable, Equatable, Codable {
        /// Who it is, and how it works: precision, kernels, the variant chosen.
        public let name: String
        /// The figures of the counted rounds, in their order.
        public let values: [Double]

        /// Creates a side.
        public init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }

        /// Middle and ends; nil without figures.
        public var spread: Spread? { Spread(values) }
    }

    /// A word that names the row among all.
    public let id: String
    /// What is done.
    public let title: String
    /// Of the figures.
    public let unit: String
    /// Which figures are better.
    public let direction: Direction
    /// The ratio wanted; nil where the row only informs.
    public let bar: Double?
    /// The two sides, nlpipe first.
    public let ours: Side, theirs: Side
    /// Cores that other processes kept busy meanwhile, over the turns.
    public let foreign: Spread?
    /// What a reader has to know besides.
    public let notes: [String]
    private let obstacle: String?

    /// Creates a row.
    ///
    /// - Parameter obstacle: why this machine cannot show it; the figures then only inform.
    public init(
        id: String, title: String, unit: String, direction: Direction, bar: Double?, ours: Side,
        theirs: Side, foreign: Spread?, notes: [String] = [], obstacle: String? = nil
    ) {
        self.id = id
        self.title = title
        self.unit = unit
        self.direction = direction
        self.bar = bar
        self.ours = ours
        self.theirs = theirs
        self.foreign = foreign
        self.notes = notes
        self.obstacle = obstacle
    }

    /// How many times better nlpipe is: middle and ends of the rounds' ratios.
    public var ratio: Spread? { Spread(direction.ratios(ours.values, theirs.values)) }

    /// Whether the middle ratio reaches the bar.
    public var verdict: Verdict {
        if let obstacle { return .notMeasurable(obstacle) }
        guard let bar else { return .noBar }
        guard let ratio else { return .notMeasurable("no figures") }
        return ratio.median >= bar ? .pass : .short
    }
}
