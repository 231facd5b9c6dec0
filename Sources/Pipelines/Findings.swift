/// What is wrong so far, and the texts to quote from.
struct Findings {
    private(set) var diagnostics: [Diagnostic] = []
    private var sources: [String: SourceText] = [:]
    /// What templates, `foreach` and `matrix` may still make, as `weight` counts it.
    private var budget: Int
    private let limit: Int

    static let mostExpansion = 50_000_000

    init(expansion limit: Int = Findings.mostExpansion) {
        self.limit = limit
        budget = limit
    }

    /// So much is wrong that more of it would help nobody, and only take time.
    var isFull: Bool { diagnostics.count >= 200 }

    /// Takes `weight` of what may be made from templates; false, said once, when there is no more.
    mutating func spend(_ weight: Int, at location: SourceLocation) -> Bool {
        guard budget >= 0 else { return false }
        budget -= weight
        if budget >= 0 { return true }
        add(
            at: location, "templates make the definition too large",
            facts: [.init("expected", "at most \(limit) bytes")])
        return false
    }

    mutating func register(_ text: String, file: String) {
        sources[file] = SourceText(text, file: file)
    }

    mutating func add(
        at location: SourceLocation, _ message: String, facts: [Diagnostic.Fact] = [],
        hint: String? = nil
    ) {
        guard !isFull else { return }
        let line = sources[location.file]?.excerpt(line: location.line, column: location.column)
        diagnostics.append(
            Diagnostic(at: .at(location), message, sourceLine: line, facts: facts, hint: hint))
    }

    mutating func add(
        file: String, _ message: String, facts: [Diagnostic.Fact] = [], hint: String? = nil
    ) {
        diagnostics.append(Diagnostic(at: .file(file), message, facts: facts, hint: hint))
    }

    mutating func addWrongType(
        _ what: String, expected: String, found: Located, hint: String? = nil
    ) {
        guard !found.isUnknown else { return }
        add(
            at: found.location, "\(what) has the wrong type",
            facts: [.init("expected", expected), .init("found", found.summary)], hint: hint)
    }

    mutating func addUnknownKey(_ entry: Located.Entry, in place: String, allowed: [String]) {
        add(
            at: entry.keyLocation, "unknown key \(quoted(entry.key)) in \(place)",
            facts: [.init("expected", allowed.joined(separator: ", "))],
            hint: Suggestion.hint(for: entry.key, among: allowed))
    }

    mutating func append(_ error: DefinitionError) {
        diagnostics += error.diagnostics
    }

    /// Where `needle` stands in the file of `start`, at or after it; `start` if it cannot be found.
    func location(of needle: String, from start: SourceLocation) -> SourceLocation {
        sources[start.file]?.location(of: needle, from: start) ?? start
    }

    func throwIfAny() throws(DefinitionError) {
        if !diagnostics.isEmpty { throw DefinitionError(diagnostics: diagnostics) }
    }
}
