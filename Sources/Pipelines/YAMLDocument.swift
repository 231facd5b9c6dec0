public import ParamValues

/// Files in YAML that programs write.
public enum YAMLDocument {
    private static let largest = 1 << 28

    /// The value of `text`, with keys in its order; an empty map for an empty file.
    ///
    /// Throws `DefinitionError` with the place of what is wrong.
    public static func read(_ text: String, file: String) throws -> ParamValue {
        var findings = Findings()
        let root = YAMLReader.read(text, file: file, limit: largest, findings: &findings)
        guard let root else { throw DefinitionError(diagnostics: findings.diagnostics) }
        return root.isNull ? .map([:]) : root.value
    }
}
