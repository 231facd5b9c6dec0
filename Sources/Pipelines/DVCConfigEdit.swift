/// A change of one value in the text of a configuration file of DVC; comments and layout stay.
enum DVCConfigEdit {
    /// Sets a value of a section, or takes it out.
    ///
    /// The edit is by lines; its result is read again and has to say what was meant.
    static func set(
        _ key: String, of section: String, to value: String?, in text: String, file: String
    ) throws -> String {
        var lines = split(text)
        if let range = range(of: section, in: lines) {
            let place = lines[range].firstIndex { line in
                line.firstIndex(of: "=").map { DVCConfig.trimmed(line[..<$0]) == key } ?? false
            }
            switch (place, value) {
            case (let place?, let value?): lines[place] = line(key, value)
            case (let place?, nil): lines.remove(at: place)
            case (nil, let value?): lines.insert(line(key, value), at: end(range, lines))
            case (nil, nil): break
            }
        } else if let value {
            lines += [header(section), line(key, value)]
        }
        let new = join(lines)
        let entries = try DVCConfig.values(new, file)
        guard entries.last(where: { $0.section == section && $0.key == key })?.value == value else {
            throw refusal(file, "\(section).\(key)")
        }
        return new
    }

    /// Takes a section out.
    static func remove(_ section: String, from text: String, file: String) throws -> String {
        var lines = split(text)
        while let range = range(of: section, in: lines) {
            lines.removeSubrange((range.lowerBound - 1)..<range.upperBound)
        }
        return join(lines)
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func join(_ lines: [String]) -> String {
        lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ key: String, _ value: String) -> String { "    \(key) = \(value)" }

    /// As DVC writes it: quotes around a name with quotes in it.
    private static func header(_ section: String) -> String {
        section.contains("\"") ? "['\(section)']" : "[\(section)]"
    }

    /// The lines between a section's header and the next one.
    private static func range(of section: String, in lines: [String]) -> Range<Int>? {
        guard let start = lines.firstIndex(where: { DVCConfig.section(of: $0) == section }) else {
            return nil
        }
        let after = lines[(start + 1)...].firstIndex { DVCConfig.section(of: $0) != nil }
        return (start + 1)..<(after ?? lines.endIndex)
    }

    /// Where the last line of a range ends that says something.
    private static func end(_ range: Range<Int>, _ lines: [String]) -> Int {
        range.last { !DVCConfig.trimmed(lines[$0]).isEmpty }.map { $0 + 1 } ?? range.lowerBound
    }

    private static func refusal(_ file: String, _ key: String) -> DefinitionError {
        DefinitionError(diagnostics: [
            Diagnostic(
                at: .file(file), "this value cannot be written into the file",
                facts: [.init("value", key)], hint: "change it in an editor")
        ])
    }
}
