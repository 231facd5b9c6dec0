import ContentStore
import Testing

@testable import Engine

/// The merge of two locks.
struct LockMergeTests {
    private static func entry(_ stage: String, _ command: String) -> LockEntry {
        LockEntry(
            fingerprint: Fingerprint(
                stage: stage, action: .command([command]), directory: "", code: nil, params: [],
                deps: [], outs: [], environment: [], provenance: nil), outs: [])
    }

    private static func lock(_ entries: [String: String]) -> LockFile {
        LockFile(
            entries: Dictionary(
                uniqueKeysWithValues: entries.map { ($0.key, entry($0.key, $0.value)) }))
    }

    /// Every way in which base and sides can have a stage, against what has to come of it.
    @Test func everyCaseOfAStage() {
        let values: [String?] = [nil, "1", "2", "3"]
        for base in values {
            for ours in values {
                for theirs in values {
                    func lock(_ value: String?) -> LockFile {
                        LockMergeTests.lock(
                            value.map { ["s": $0, "other": "x"] } ?? ["other": "x"])
                    }
                    let merge = LockMerge(base: lock(base), ours: lock(ours), theirs: lock(theirs))
                    let clash = ours != theirs && ours != base && theirs != base
                    #expect(merge.dropped == (clash ? ["s"] : []))
                    let expected = clash ? nil : ours == base ? theirs : ours
                    #expect(merge.lock == lock(expected))
                }
            }
        }
    }

    @Test func sidesAreExchangeable() {
        let base = LockMergeTests.lock(["a": "1", "b": "1", "c": "1"])
        let ours = LockMergeTests.lock(["a": "2", "b": "1", "d": "1"])
        let theirs = LockMergeTests.lock(["a": "1", "b": "3", "c": "1", "e": "1"])
        let merge = LockMerge(base: base, ours: ours, theirs: theirs)
        #expect(merge == LockMerge(base: base, ours: theirs, theirs: ours))
        #expect(merge.lock == LockMergeTests.lock(["a": "2", "b": "3", "d": "1", "e": "1"]))
        #expect(merge.dropped.isEmpty)
    }
}
