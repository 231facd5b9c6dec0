/// One finding about a definition: the parts of a compiler-style message.
///
/// `description` is the plain text; a terminal may colour the parts itself.
public struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable { case error, warning, note }

    /// What the finding is about: a place in a file, a whole file, or neither (a command's target).
    public enum Place: Sendable, Equatable {
        case at(SourceLocation)
        case file(String)
        case nowhere
    }

    /// A named fact such as `expected: a string`; it may span several lines.
    public struct Fact: Sendable, Equatable {
        /// The label, without a colon.
        public var name: String
        /// The text after the label.
        public var value: String

        /// Creates a fact.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How bad it is.
    public var severity: Severity
    /// What it is about.
    public var place: Place
    /// What is wrong, one line, the user's names quoted.
    public var message: String
    /// The line that `place` points to, without its newline; nil where there is none to show.
    public var sourceLine: String?
    /// What was expected, what was found, and where else to look.
    public var facts: [Fact]
    /// What to do about it, if known.
    public var hint: String?

    /// Creates a finding.
    public init(
        _ severity: Severity = .error, at place: Place, _ message: String,
        sourceLine: String? = nil, facts: [Fact] = [], hint: String? = nil
    ) {
        self.severity = severity
        self.place = place
        self.message = message
        self.sourceLine = sourceLine
        self.facts = facts
        self.hint = hint
    }

    /// The location, where the place has one.
    public var location: SourceLocation? {
        guard case .at(let location) = place else { return nil }
        return location
    }

    /// `file:line:column: `, `file: `, or nothing.
    public var placePrefix: String {
        switch place {
        case .at(let location): "\(location): "
        case .file(let file): "\(file): "
        case .nowhere: ""
        }
    }

    /// The source line and the caret below it, two lines with a margin; nil where there is none.
    public var excerpt: [String]? {
        guard let sourceLine, let location else { return nil }
        let number = String(location.line)
        let blank = String(repeating: " ", count: number.count)
        let indent = sourceLine.unicodeScalars.prefix(max(0, location.column - 1))
            .map { $0 == "\t" ? "\t" : " " }.joined()
        return ["  \(number) | \(sourceLine)", "  \(blank) | \(indent)^"]
    }

    /// The facts, one line each with aligned values, indented by two spaces.
    public var factLines: [String] {
        let width = facts.map(\.name.count).max() ?? 0
        return facts.flatMap { fact in
            let label = "\(fact.name):" + String(repeating: " ", count: width - fact.name.count)
            let margin = String(repeating: " ", count: width + 2)
            let lines = fact.value.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.enumerated().map { "  " + ($0 == 0 ? "\(label) " : margin) + $1 }
        }
    }

    /// The plain text: place and message, excerpt, facts, hint; no newline at the end.
    public var description: String {
        var lines = ["\(placePrefix)\(severity.rawValue): \(message)"]
        lines += excerpt ?? []
        lines += factLines
        if let hint { lines.append("hint: \(hint)") }
        return lines.joined(separator: "\n")
    }
}

/// Everything that is wrong with a definition, found in one go and sorted by place.
public struct DefinitionError: Error, Equatable, CustomStringConvertible {
    /// The findings, sorted by file, line and column.
    public var diagnostics: [Diagnostic]

    /// Creates an error from findings; equal ones are said once.
    public init(diagnostics: [Diagnostic]) {
        var unique: [Diagnostic] = []
        for diagnostic in diagnostics.sorted(by: DefinitionError.comesFirst)
        where unique.last != diagnostic {
            unique.append(diagnostic)
        }
        self.diagnostics = unique
    }

    /// All findings, an empty line between them.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n\n")
    }

    private static func comesFirst(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
        sortKey(a) < sortKey(b)
    }

    private static func sortKey(_ diagnostic: Diagnostic) -> (String, Int, Int, String) {
        switch diagnostic.place {
        case .at(let place): (place.file, place.line, place.column, diagnostic.message)
        case .file(let file): (file, 0, 0, diagnostic.message)
        case .nowhere: ("", 0, 0, diagnostic.message)
        }
    }
}
