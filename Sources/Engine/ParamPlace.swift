import Pipelines
import Yams

/// Where a key stands in a parameters file.
///
/// JSON is read as the YAML that it is; other files have no places.
enum ParamPlace {
    /// The place of the dotted `key` in `text`, or of the nearest key above it that is there; nil
    /// where there is none.
    static func location(of key: String, in text: String, file: String) -> SourceLocation? {
        guard file.hasSuffix(".yaml") || file.hasSuffix(".yml") || file.hasSuffix(".json"),
            let root = try? Yams.compose(yaml: text, .basic)
        else { return nil }
        var node = root
        var mark: Mark?
        var parts = key.replacing("[", with: ".").replacing("]", with: "").split(separator: ".")[
            ...]
        while let part = parts.popFirst() {
            switch node {
            case .mapping(let mapping):
                guard let entry = mapping.first(where: { $0.key.string == String(part) }) else {
                    return location(mark, file)
                }
                (mark, node) = (entry.key.mark, entry.value)
            case .sequence(let sequence):
                guard let index = Int(part), sequence.indices.contains(index) else {
                    return location(mark, file)
                }
                node = sequence[index]
                mark = node.mark
            case .scalar, .alias: return location(mark, file)
            }
        }
        return location(mark, file)
    }

    private static func location(_ mark: Mark?, _ file: String) -> SourceLocation? {
        mark.map { SourceLocation(file: file, line: $0.line, column: $0.column) }
    }
}
