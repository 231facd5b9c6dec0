extension Row {
    /// A row for every sentence of the text, each with this row's record and group.
    ///
    /// A sentence ends after `.`, `!` or `?` and any closing marks, where a space follows and after
    /// it no small letter. Abbreviations before a name are cut too; that does no harm to text that
    /// serves as unlabelled examples.
    var sentences: [Row] {
        Self.sentences(of: text).map { Row(id: id, text: $0, label: label, group: group) }
    }

    private static func sentences(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        var sentences: [String] = []
        var start = 0
        var index = 0
        while index < scalars.count {
            defer { index += 1 }
            guard ends.contains(scalars[index]) else { continue }
            var after = index + 1
            while after < scalars.count,
                ends.contains(scalars[after])
                    || closing.contains(scalars[after])
            {
                after += 1
            }
            guard after + 1 < scalars.count, scalars[after] == " ",
                !scalars[after + 1].properties.isLowercase
            else { continue }
            sentences.append(string(scalars[start..<after]))
            start = after + 1
            index = after
        }
        if start < scalars.count { sentences.append(string(scalars[start...])) }
        return sentences
    }

    private static let ends: Set<Unicode.Scalar> = [".", "!", "?", "…"]
    private static let closing: Set<Unicode.Scalar> = ["\"", "'", ")", "]", "”", "’", "»"]

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
