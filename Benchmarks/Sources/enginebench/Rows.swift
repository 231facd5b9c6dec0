import BenchReport

/// Makes rows of figures.
struct Rows {
    private(set) var rows: [Row] = []
    private var known: [String: Figures] = [:]
    let peer: String

    init(peer: String) { self.peer = peer }

    /// Adds what a work has to show: the comparison with the peer, then the limits.
    mutating func add(_ work: Work, _ figures: Figures) {
        known[work.id] = figures
        if work.peerRounds > 0 || work.limit == nil && work.tenfold == nil {
            rows.append(
                row(
                    work.id, work.title, figures, ours: figures.ours,
                    theirs: .init(name: peer, values: figures.theirs), bar: work.bar,
                    notes: work.notes))
        }
        if let limit = work.limit {
            rows.append(
                limited(
                    "\(work.id)-limit", "\(work.title): limit", figures, figures.ours, by: limit,
                    notes: work.peerRounds > 0 ? [] : work.notes))
        }
        if let megabytes = work.megabytes {
            rows.append(
                limited(
                    "\(work.id)-memory", "\(work.title): memory", figures, figures.megabytes,
                    by: megabytes, unit: "MB"))
        }
        if let tenth = work.tenfold, let small = known[tenth].flatMap({ Spread($0.whole) }) {
            rows.append(
                limited(
                    "\(work.id)-growth", "\(work.title): against ten times that of a tenth",
                    figures, figures.whole, by: small.median * 10, name: "10 × \(tenth)",
                    notes: work.peerRounds > 0 || work.limit != nil ? [] : work.notes))
        }
    }

    private func limited(
        _ id: String, _ title: String, _ figures: Figures, _ values: [Double], by limit: Double,
        unit: String = "s", name: String = "limit", notes: [String] = []
    ) -> Row {
        row(
            id, title, figures, ours: values,
            theirs: .init(name: name, values: values.map { _ in limit }), bar: 1, unit: unit,
            notes: notes)
    }

    private func row(
        _ id: String, _ title: String, _ figures: Figures, ours: [Double], theirs: Row.Side,
        bar: Double?, unit: String = "s", notes: [String]
    ) -> Row {
        Row(
            id: id, title: title, unit: unit, direction: .lower, bar: bar,
            ours: .init(name: "nlpipe", values: ours), theirs: theirs,
            foreign: Spread(figures.foreign), notes: notes)
    }
}
