import OrderedCollections
import ParamValues
import Pipelines

/// Merges two versions of a `dvc.lock` that grew from one: stage by stage, as `LockMerge` does for
/// native locks.
///
/// Entries are compared as values and written back in DVC's layout.
public struct DVCLockMerge: Sendable {
    /// The text of both sides' lock.
    public let text: String
    /// Stages that both sides changed, each in its own way, in the order of the file.
    ///
    /// They have no entry any more, so the next `repro` restores or runs them.
    public let dropped: [String]

    /// Whether a text is a lock of DVC.
    public static func isLock(_ text: String) -> Bool {
        (try? fields(text, "dvc.lock"))?["schema"] == .string(LockBook.schema)
    }

    /// Merges `ours` and `theirs`, which both came from `base`; an empty text is a lock without
    /// entries.
    ///
    /// New entries of the other side come after the entry that they follow there. Throws `LockError`
    /// for what is no lock of DVC, with `place` for the file.
    public init(base: String, ours: String, theirs: String, place: String = "dvc.lock") throws {
        let old = try DVCLockMerge.stages(base, place)
        let our = try DVCLockMerge.stages(ours, place)
        let their = try DVCLockMerge.stages(theirs, place)
        var names = Array(our.keys)
        var before: String?
        for name in their.keys {
            if our[name] == nil {
                let next = before.flatMap(names.firstIndex).map { $0 + 1 } ?? 0
                names.insert(name, at: next)
            }
            before = name
        }
        var merged: DVCRecord.Fields = [:]
        var dropped: [String] = []
        for name in names {
            if our[name] == their[name] || their[name] == old[name] {
                merged[name] = our[name]
            } else if our[name] == old[name] {
                merged[name] = their[name]
            } else {
                dropped.append(name)
            }
        }
        self.dropped = dropped
        var head = try DVCLockMerge.fields(ours.isEmpty ? theirs : ours, place)
        head["stages"] = nil
        head["schema"] = .string(LockBook.schema)
        let lines = BlockYAML.lines(merged, indent: 2)
        text = BlockYAML.lines(head) + "stages:" + (merged.isEmpty ? " {}\n" : "\n" + lines)
    }

    private static func stages(_ text: String, _ place: String) throws -> DVCRecord.Fields {
        guard case .map(let stages) = try fields(text, place)["stages"] else { return [:] }
        return stages
    }

    private static func fields(_ text: String, _ place: String) throws -> DVCRecord.Fields {
        // Where a side has no such file git gives an empty one.
        guard !text.isEmpty else { return [:] }
        guard case .map(let fields) = try YAMLDocument.read(text, file: place) else {
            throw LockError.unreadable(place: "\(place): ", reason: "it is no map")
        }
        let schema = fields["schema"]
        guard schema == .string(LockBook.schema) else {
            throw LockError.otherSchema(
                file: place, expected: LockBook.schema, found: schema.map(\.displayText) ?? "none")
        }
        return fields
    }
}
