import Yams

extension YAMLReader {
    /// Says what the YAML parser found wrong.
    mutating func add(_ error: YamlError, text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let location = SourceLocation(
                file: file, line: max(1, mark.line), column: max(1, mark.column))
            var facts: [Diagnostic.Fact] = []
            if let context {
                facts.append(.init("context", "\(context.text), line \(context.mark.line)"))
            }
            findings.add(
                at: location, "not valid YAML: \(problem)", facts: facts,
                hint: problem.contains("unknown escape")
                    ? "inside double quotes a backslash is written twice: \\\\"
                    : hint(for: location, text))
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0).unicodeScalars
            let line = before.count { $0 == "\n" } + 1
            let column = before.reversed().prefix { $0 != "\n" }.count + 1
            findings.add(
                at: SourceLocation(file: file, line: line, column: column),
                "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            for key in keys {
                let first = SourceLocation(
                    file: file, line: max(1, context.mark.line), column: max(1, context.mark.column)
                )
                addDuplicate(key, at: repeated(key, after: first, text), first: first)
            }
        default:
            findings.add(file: file, "not valid YAML: \(error)")
        }
    }

    mutating func addDuplicate(_ key: String, at location: SourceLocation, first: SourceLocation) {
        let place = first == location ? [] : [Diagnostic.Fact("first", "\(first)")]
        findings.add(
            at: location, "duplicate key \(quoted(key))", facts: place,
            hint: "remove one of the two")
    }

    /// The next line that begins with `key` in the same column; `first` if there is none.
    private func repeated(_ key: String, after first: SourceLocation, _ text: String)
        -> SourceLocation
    {
        let lines = SourceText.lines(of: text)
        for (index, line) in lines.enumerated().dropFirst(first.line) {
            let scalars = line.unicodeScalars.dropFirst(first.column - 1)
            let indent = line.unicodeScalars.prefix(first.column - 1)
            let rest = String(Substring(scalars))
            guard indent.allSatisfy({ $0 == " " || $0 == "-" }) else { continue }
            if [key, "'\(key)'", "\"\(key)\""].contains(where: {
                rest.hasPrefix("\($0):") || rest.hasPrefix("\($0) :")
            }) {
                return SourceLocation(file: file, line: index + 1, column: first.column)
            }
        }
        return first
    }

    private func hint(for location: SourceLocation, _ text: String) -> String? {
        let lines = SourceText.lines(of: text)
        guard lines.indices.contains(location.line - 1) else { return nil }
        let line = String(lines[location.line - 1])
        let indent = line.prefix { $0 == " " || $0 == "\t" }
        if indent.contains("\t") { return "indent with spaces: YAML allows no tabs" }
        if line.contains("${") && (line.contains("[") || line.contains("{")) {
            return "inside [ ] and { } put a template in quotes: \"${name}\""
        }
        return nil
    }
}
