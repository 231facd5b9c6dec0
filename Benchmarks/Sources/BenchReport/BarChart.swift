/// Horizontal bars of the rows' ratios on a logarithmic scale, with a tick at each bar wanted.
///
/// The drawing takes its colours from the reader's light or dark setting.
public struct BarChart {
    private let rows: [(row: Row, ratio: Spread)]
    private let caption: String
    private let left = 330.0, width = 860.0, step = 30.0, top = 56.0

    /// Charts the rows that have a ratio.
    public init(_ report: Report) {
        rows = report.rows.compactMap { row in row.ratio.map { (row, $0) } }
        caption = "\(report.machine.processor), \(report.date)"
    }

    /// The picture.
    public var svg: String {
        let height = top + step * Double(rows.count) + 36
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" \
            font-family="system-ui, sans-serif" font-size="13" role="img" \
            aria-label="Ratios of nlpipe to its peers">
            """,
            Self.style,
            #"<rect class="page" width="100%" height="100%" rx="6"/>"#,
            #"<text class="ink" x="16" y="24" font-size="15">How many times better nlpipe is</text>"#,
            """
            <text class="soft" x="\(Int(width - 16))" y="24" text-anchor="end">\
            \(Self.escaped(caption))</text>
            """,
        ]
        parts += grid(until: height - 30)
        for (index, entry) in rows.enumerated() {
            parts += bar(entry.row, entry.ratio, y: top + step * Double(index))
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static let style = """
        <style>
        .page { fill: #ffffff } .ink { fill: #1f2328 } .soft { fill: #59636e }
        .grid { stroke: #d1d9e0 } .one { stroke: #59636e } .good { fill: #1a7f37 }
        .low { fill: #bc4c00 } .info { fill: #0969da } .mark { stroke: #1f2328 }
        @media (prefers-color-scheme: dark) {
        .page { fill: #0d1117 } .ink { fill: #f0f6fc } .soft { fill: #9198a1 }
        .grid { stroke: #3d444d } .one { stroke: #9198a1 } .good { fill: #3fb950 }
        .low { fill: #f0883e } .info { fill: #58a6ff } .mark { stroke: #f0f6fc }
        }
        </style>
        """

    private var ticks: [Double] {
        let most = rows.flatMap { [$0.ratio.median, $0.row.bar ?? 1] }.max() ?? 1
        let least = rows.map(\.ratio.median).min() ?? 1
        return [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].filter {
            $0 > least / 2.1 && $0 < max(most, 2) * 2.1
        }
    }

    private func x(_ ratio: Double) -> Double {
        guard let first = ticks.first, let last = ticks.last, last > first else { return left }
        let place = (ratio.logarithm - first.logarithm) / (last.logarithm - first.logarithm)
        return left + min(max(place, 0), 1) * (width - left - 76)
    }

    private func grid(until bottom: Double) -> [String] {
        ticks.flatMap { tick in
            let place = Figure(x(tick), digits: 1)
            return [
                """
                <line class="\(tick == 1 ? "one" : "grid")" x1="\(place)" x2="\(place)" \
                y1="\(Int(top - 8))" y2="\(Int(bottom))"/>
                """,
                """
                <text class="soft" x="\(place)" y="\(Int(bottom + 18))" text-anchor="middle">\
                \(tick < 1 ? "\(tick)" : "\(Int(tick))")</text>
                """,
            ]
        }
    }

    private func bar(_ row: Row, _ ratio: Spread, y: Double) -> [String] {
        let start = x(1), end = x(ratio.median)
        let kind =
            switch row.verdict {
            case .pass: "good"
            case .short: "low"
            case .noBar, .notMeasurable: "info"
            }
        let mark = row.bar.map(x)
        // The figure stands behind the bar, and behind a mark that it would cross.
        var label = max(start, end) + 8
        if let mark, mark > label - 6, mark < label + 40 { label = mark + 8 }
        var parts = [
            """
            <text class="ink" x="\(Int(left - 12))" y="\(Int(y + 15))" text-anchor="end">\
            \(Self.escaped(row.title))</text>
            """,
            """
            <rect class="\(kind)" x="\(Figure(min(start, end), digits: 1))" y="\(Int(y + 2))" \
            width="\(Figure(max(abs(end - start), 1), digits: 1))" height="18" rx="2"/>
            """,
            """
            <text class="ink" x="\(Figure(label, digits: 1))" y="\(Int(y + 16))">\
            \(Figure(ratio.median))</text>
            """,
        ]
        if let bar = row.bar, let mark {
            let place = Figure(mark, digits: 1)
            parts.append(
                """
                <line class="mark" x1="\(place)" x2="\(place)" y1="\(Int(y - 1))" \
                y2="\(Int(y + 23))" stroke-width="2"><title>bar \(Figure(bar))</title></line>
                """)
        }
        return parts
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
