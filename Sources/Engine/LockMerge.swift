/// Merges two locks that grew from one: stage by stage, as no merge of lines can.
public struct LockMerge: Sendable, Equatable {
    /// The lock of both sides.
    public private(set) var lock = LockFile()
    /// Stages that both sides changed, each in its own way; sorted.
    ///
    /// They have no entry any more, so the next `repro` restores or runs them.
    public private(set) var dropped: [String] = []

    /// Merges `ours` and `theirs`, which both came from `base`.
    ///
    /// Where one side left a stage as it was the other side counts, also if that removed it.
    public init(base: LockFile, ours: LockFile, theirs: LockFile) {
        let names = Set(base.entries.keys).union(ours.entries.keys).union(theirs.entries.keys)
        for name in names.sorted(by: LockFile.precedes) {
            let (old, our, their) = (
                base.entries[name], ours.entries[name], theirs.entries[name]
            )
            if our == their || their == old {
                lock.entries[name] = our
            } else if our == old {
                lock.entries[name] = their
            } else {
                dropped.append(name)
            }
        }
    }
}
