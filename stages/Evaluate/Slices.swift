import Datasets
import Statistics

/// A part of the test rows that is looked at by itself.
struct Slice: Sendable, Equatable {
    /// What the rows are cut by.
    enum Kind: String, Sendable, CaseIterable {
        case length, `class`, group
    }

    let kind: Kind
    let name: String
    /// Row numbers, ascending.
    let rows: [Int]
}

/// All slices of the test rows that are large enough.
struct Slices: Sendable, Equatable {
    let all: [Slice]
    /// Slices of too few rows.
    let leftOut: Int

    init(
        _ examples: TestExamples, labels: [String], parameters: EvaluateParameters.SliceParameters
    ) {
        let slices =
            Self.byLength(examples.texts, bins: parameters.lengthBins)
            + labels.indices.map { label in
                Slice(
                    kind: .class, name: labels[label],
                    rows: examples.classes.indices.filter { examples.classes[$0] == label })
            } + Self.byGroup(examples.rows)
        // An empty slice is none; one of too few rows is counted.
        let found = slices.filter { !$0.rows.isEmpty }
        all = found.filter { $0.rows.count >= parameters.minimumRows }
        leftOut = found.count - all.count
    }

    /// Parts of about equally many rows by the number of words; equal lengths stay together.
    private static func byLength(_ texts: [String], bins: Int) -> [Slice] {
        let lengths = texts.map { $0.split(whereSeparator: \.isWhitespace).count }
        let sorted = lengths.sorted()
        let starts = (1..<max(1, bins)).map { sorted[$0 * sorted.count / bins] }
        let places = lengths.map { length in starts.count { $0 <= length } }
        return (0...starts.count).compactMap { place in
            let rows = places.indices.filter { places[$0] == place }
            let own = rows.map { lengths[$0] }
            guard let low = own.min(), let high = own.max() else { return nil }
            return Slice(
                kind: .length, name: low == high ? "\(low) words" : "\(low)-\(high) words",
                rows: rows)
        }
    }

    private static func byGroup(_ rows: [Row]) -> [Slice] {
        let groups = Dictionary(grouping: rows.indices) { rows[$0].group }
        return groups.compactMap { name, rows in
            name.map { Slice(kind: .group, name: $0, rows: rows) }
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
