import ContentStore
import OrderedCollections
import ParamValues

/// What `.dvc` files say about data.
enum DataRecord {
    typealias Fields = OrderedDictionary<String, ParamValue>

    /// The fields of an out with another content; what else they say stays.
    static func fields(_ old: Fields, _ content: Content) -> Fields {
        var facts = DVCRecord.facts(content)
        // The order of DVC: md5, size, nfiles, isexec, hash, path.
        let isExecutable = facts.removeValue(forKey: "isexec")
        var fields = facts
        if let isExecutable { fields["isexec"] = isExecutable }
        fields["hash"] = .string(DVCRecord.key(of: content))
        for (key, value) in old
        where !["md5", "sha256", "size", "nfiles", "isexec", "hash"].contains(key) {
            fields[key] = value
        }
        return fields
    }

    /// The digest of an import's file, which stands in it: over all of it that says what the data are.
    static func digest(of file: Fields) -> String {
        var counted = file
        for key in ["md5", "meta", "desc"] { counted[key] = nil }
        if counted["wdir"] == .string(".") { counted["wdir"] = nil }
        let left = DVCRuns.without(
            [
                "desc", "type", "labels", "meta", "locked", "frozen", "metric", "persist", "isexec",
                "size", "nfiles",
            ], .map(counted))
        return Digest(of: PythonText.json(left), .md5).hex
    }
}
