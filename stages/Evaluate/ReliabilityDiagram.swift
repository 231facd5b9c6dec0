import Statistics

/// Accuracy against confidence as a picture: on the diagonal a model is right as often as it says.
///
/// SVG without scripts or fonts of its own; the area of a point grows with its rows.
struct ReliabilityDiagram {
    /// One line of points.
    struct Series {
        let name: String
        /// A colour of SVG.
        let colour: String
        let reliability: Reliability
    }

    let title: String
    let series: [Series]

    private static let size = 420.0
    private static let margin = 56.0
    /// The radius of a point that has all rows.
    private static let largest = 18.0

    var text: String {
        let far = Self.margin + Self.size
        let whole = Self.number(far + Self.margin)
        let ends = (Self.place(x: 0, y: 0), Self.place(x: 1, y: 1))
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(whole) \(whole)\" "
                + "font-family=\"sans-serif\" font-size=\"12\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            Self.label(Self.escaped(title), x: Self.margin, y: 18, anchor: "start"),
        ]
        for tenth in stride(from: 0, through: 10, by: 2) {
            let share = Double(tenth) / 10
            let bottom = Self.place(x: share, y: 0), left = Self.place(x: 0, y: share)
            lines += [
                Self.line(bottom, Self.place(x: share, y: 1), style: "stroke=\"#ddd\""),
                Self.line(left, Self.place(x: 1, y: share), style: "stroke=\"#ddd\""),
                Self.label(Self.number(share), x: bottom.x, y: bottom.y + 16, anchor: "middle"),
                Self.label(Self.number(share), x: left.x - 6, y: left.y + 4, anchor: "end"),
            ]
        }
        lines += [
            Self.line(ends.0, ends.1, style: "stroke=\"#888\" stroke-dasharray=\"4 4\""),
            Self.label(
                "confidence", x: Self.margin + Self.size / 2, y: far + 40, anchor: "middle"),
            Self.label("accuracy", x: Self.margin - 48, y: 36, anchor: "start"),
        ]
        for (index, series) in series.enumerated() {
            lines += drawing(of: series)
            let error = Self.number(series.reliability.expectedError)
            lines.append(
                Self.label(
                    "<tspan fill=\"\(series.colour)\">●</tspan> \(Self.escaped(series.name)), "
                        + "ECE \(error)",
                    x: Self.margin + 12, y: Self.margin + 20 + 18 * Double(index), anchor: "start"))
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    private func drawing(of series: Series) -> [String] {
        let bins = series.reliability.bins.filter { $0.rows > 0 }
        let rows = Double(max(1, bins.reduce(0) { $0 + $1.rows }))
        let places = bins.map { Self.place(x: $0.confidence, y: $0.accuracy) }
        let path = places.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
        let circles = zip(bins, places).map { bin, place in
            let radius = max(2, Self.largest * (Double(bin.rows) / rows).squareRoot())
            return "<circle cx=\"\(Self.number(place.x))\" cy=\"\(Self.number(place.y))\" "
                + "r=\"\(Self.number(radius))\" fill=\"\(series.colour)\" fill-opacity=\"0.5\">"
                + "<title>\(bin.rows) rows</title></circle>"
        }
        return [
            "<polyline points=\"\(path.joined(separator: " "))\" fill=\"none\" "
                + "stroke=\"\(series.colour)\"/>"
        ] + circles
    }

    private static func place(x: Double, y: Double) -> (x: Double, y: Double) {
        (margin + size * x, margin + size * (1 - y))
    }

    private static func line(
        _ a: (x: Double, y: Double), _ b: (x: Double, y: Double), style: String
    ) -> String {
        "<line x1=\"\(number(a.x))\" y1=\"\(number(a.y))\" x2=\"\(number(b.x))\" "
            + "y2=\"\(number(b.y))\" \(style)/>"
    }

    private static func label(_ text: String, x: Double, y: Double, anchor: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(text)</text>"
    }

    /// Three decimals are plenty for a picture.
    private static func number(_ value: Double) -> String {
        Table.number((value * 1000).rounded() / 1000)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
