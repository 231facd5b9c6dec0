import Datasets

/// Rows that belong together, which the bootstrap draws as one.
struct RowUnits: Sendable {
    /// Row numbers of every unit.
    let rows: [[Int]]

    init(_ examples: [Row], unit: EvaluateParameters.Unit) {
        guard unit == .group else {
            rows = examples.indices.map { [$0] }
            return
        }
        var places: [String: Int] = [:]
        var units: [[Int]] = []
        for (index, row) in examples.enumerated() {
            if let group = row.group, let place = places[group] {
                units[place].append(index)
            } else {
                if let group = row.group { places[group] = units.count }
                units.append([index])
            }
        }
        rows = units
    }
}
