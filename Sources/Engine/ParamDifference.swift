import ParamValues
import Pipelines

/// What differs between two values of one named parameter.
///
/// A stage may name a whole group; the reason to run is then the one value in it that changed.
enum ParamDifference {
    /// The reasons, one for each value that differs below `key`; texts are canonical.
    static func reasons(file: String, key: String, old: String?, new: String?) -> [RunReason] {
        guard old != new else { return [] }
        let whole = [RunReason.paramChanged(file: file, key: key, old: old, new: new)]
        guard let old = old.flatMap(leaves), let new = new.flatMap(leaves) else { return whole }
        let before = Dictionary(old, uniquingKeysWith: { first, _ in first })
        let after = Set(new.map(\.key))
        let changed = new.filter { before[$0.key] != $0.value }.map { ($0.key, $0.value) }
        let removed = old.filter { !after.contains($0.key) }.map { ($0.key, String?.none) }
        let reasons = (changed + removed).map { leaf, value in
            RunReason.paramChanged(
                file: file, key: key.isEmpty ? leaf : "\(key).\(leaf)", old: before[leaf],
                new: value)
        }
        return reasons.isEmpty ? whole : reasons
    }

    /// The values of a map, by dotted key; nil for what is not a map.
    private static func leaves(_ text: String) -> [(key: String, value: String)]? {
        guard let root = try? ParamsFile(text, file: "value.yaml").root, case .map(let map) = root,
            !map.isEmpty
        else { return nil }
        return root.leaves.map { ($0.key, $0.value.canonicalText) }
    }
}
