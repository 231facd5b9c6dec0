import ParamValues

/// Rows that one of two revisions has right and the other has not, in both directions.
public struct FlipReport: Sendable {
    /// One file's rows.
    struct File: Sendable {
        let path: String
        let lost: [PairedRows.Flip]
        let gained: [PairedRows.Flip]
        let texts: ExampleTexts
    }

    private let files: [File]
    private let most: Int

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - pairs: the files with their rows.
    ///   - most: how many rows of each direction are shown.
    ///   - values: where texts are looked for; nil for nowhere.
    init(_ pairs: [(path: String, rows: PairedRows)], most: Int, textsIn values: ProjectValues?) {
        self.most = most
        files = pairs.map { path, rows in
            let shown = Array(rows.lost.prefix(most) + rows.gained.prefix(most))
            let texts = values.map { ExampleTexts(of: shown, predictedAt: path, in: $0) }
            return File(
                path: path, lost: rows.lost, gained: rows.gained, texts: texts ?? ExampleTexts())
        }
    }

    /// A table for each file with rows that differ; "" where there is none, and where none is asked
    /// for.
    func text(md: Bool) -> String {
        guard most > 0 else { return "" }
        return files.filter { !$0.lost.isEmpty || !$0.gained.isEmpty }.map { file in
            let table = TextTable(
                header: ["Flip", "Row", "Right", "Before", "Now", "Text"],
                rows: rows(file.lost, "lost", file) + rows(file.gained, "gained", file),
                leftColumns: 6)
            let counts = [("lost", file.lost.count), ("gained", file.gained.count)].map {
                "\($1) \($0)" + ($1 > most ? ", \(most) shown" : "")
            }.joined(separator: "; ")
            let title = "\(file.path): \(counts)"
            return (md ? "#### \(title)" : title) + "\n\n" + (md ? table.markdown : table.plain)
        }.joined(separator: "\n\n")
    }

    private func rows(
        _ flips: [PairedRows.Flip], _ direction: String, _ file: File
    ) -> [[String]] {
        flips.prefix(most).map { flip in
            [
                direction, flip.id, flip.label, flip.old, flip.new,
                file.texts[flip.id, longest: 100] ?? "",
            ]
        }
    }

    /// `{"lost": [{"id", "label", "old", "new", "text"}], "gained": […]}` by file; those shown only.
    func json(of path: String) -> ParamValue {
        guard let file = files.first(where: { $0.path == path }) else { return .null }
        func list(_ flips: [PairedRows.Flip]) -> ParamValue {
            .list(
                flips.prefix(most).map { flip in
                    .object([
                        "id": .string(flip.id), "label": .string(flip.label),
                        "old": .string(flip.old), "new": .string(flip.new),
                        "text": file.texts[flip.id, longest: 1000].map(ParamValue.string) ?? .null,
                    ])
                })
        }
        return .object(["lost": list(file.lost), "gained": list(file.gained)])
    }
}
