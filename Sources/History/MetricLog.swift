public import Statistics

/// The history of chosen metrics over commits.
public struct MetricLog: Sendable {
    /// A commit, or the working folder where it differs from its commit.
    public struct Moment: Sendable, Equatable {
        /// Nil for the working folder.
        public var commit: Commit?
        /// Names the edits of the working folder; nil for commits, and where git cannot tell.
        public var patch: String?
        /// The metrics by file and key.
        public var values: [Metric.Place: Reading]
        /// What they were made from.
        public var inputs = InputState()
        /// What differs from the moment before, of those that are shown; nil for the oldest.
        public var change: InputChange?

        /// Creates a moment.
        public init(
            commit: Commit?, patch: String? = nil, values: [Metric.Place: Reading]
        ) {
            self.commit = commit
            self.patch = patch
            self.values = values
        }

        /// What it is called in tables.
        public var name: String {
            commit?.shortID ?? (patch.map { "workspace (\($0.prefix(7)))" } ?? "workspace")
        }
    }

    /// A value with what is known of its uncertainty.
    public struct Reading: Sendable, Equatable {
        /// The value.
        public var value: Double
        /// Where the true value lies, at 95 %; nil where nothing is known of it.
        public var interval: Interval?
    }

    /// The metrics, in the order of files and keys.
    public let places: [Metric.Place]
    /// The moments, newest first.
    public let moments: [Moment]

    /// Chooses metrics and moments.
    ///
    /// - Parameters:
    ///   - moments: newest first.
    ///   - all: also keep moments at which none of the chosen values changed.
    ///   - limit: how many moments are kept.
    public init(
        _ moments: [Moment], choosing choice: MetricChoice, all: Bool = false, limit: Int
    ) {
        var places: Set<Metric.Place> = []
        for moment in moments { places.formUnion(moment.values.keys) }
        let chosen = places.filter(choice.includes)
        let varied = chosen.filter { place in
            guard choice.isEmpty else { return true }
            return Set(moments.map { $0.values[place]?.value }).count > 1
        }
        self.places = varied.sorted()
        let wanted = self.places
        var kept: [Moment] = []
        for (index, moment) in moments.enumerated() {
            guard kept.count < limit else { break }
            let older = index + 1 < moments.count ? moments[index + 1] : nil
            let isNews = wanted.contains {
                moment.values[$0]?.value != older?.values[$0]?.value
            }
            // The working folder is shown as it is, for it is no commit's.
            guard all || isNews || moment.commit == nil else { continue }
            kept.append(moment)
        }
        self.moments = kept
    }

    /// The same with what changed between the moments that are shown.
    ///
    /// - Parameter inputs: what a moment was made from; asked for those moments only.
    public func explained(_ inputs: (Moment) throws -> InputState) rethrows -> MetricLog {
        var found = moments
        for index in found.indices { found[index].inputs = try inputs(found[index]) }
        for index in found.indices.dropLast() {
            found[index].change = InputChange(
                from: found[index + 1].inputs, to: found[index].inputs)
        }
        return MetricLog(places: places, moments: found)
    }

    private init(places: [Metric.Place], moments: [Moment]) {
        self.places = places
        self.moments = moments
    }

    /// The values of one metric, oldest first.
    public func series(_ place: Metric.Place) -> [Double?] {
        moments.reversed().map { $0.values[place]?.value }
    }
}

extension Metric {
    /// Where a metric stands.
    public struct Place: Sendable, Hashable, Comparable {
        /// The metrics file, relative to the project's root.
        public var file: String
        /// Dotted path inside the file.
        public var key: String

        /// Names a place.
        public init(file: String, key: String) {
            self.file = file
            self.key = key
        }

        /// By file, then key.
        public static func < (a: Place, b: Place) -> Bool { (a.file, a.key) < (b.file, b.key) }
    }
}

/// Which metrics are meant: keys, or `file:key`, in which `*` stands for anything.
public struct MetricChoice: Sendable {
    private let patterns: [[Unicode.Scalar]]

    /// Reads patterns; none means every metric.
    public init(_ patterns: [String]) { self.patterns = patterns.map { Array($0.unicodeScalars) } }

    /// True where every metric is meant.
    public var isEmpty: Bool { patterns.isEmpty }

    /// Whether the metric at `place` is meant.
    public func includes(_ place: Metric.Place) -> Bool {
        guard !isEmpty else { return true }
        let texts = [place.key, "\(place.file):\(place.key)"].map { Array($0.unicodeScalars) }
        return patterns.contains { pattern in texts.contains { Self.matches($0, pattern) } }
    }

    /// Whether `text` is `pattern`, in time proportional to both together per `*`.
    private static func matches(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var (t, p) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                t += 1
                p += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
