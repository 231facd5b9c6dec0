/// The lock of a cache, which several projects may share.
///
/// Whoever puts objects in or builds outs from them has it together with others; whoever removes
/// objects has it alone, so that nothing goes that somebody is about to record.
extension ObjectStore {
    /// The file that the lock is on.
    var lockFile: String { "\(folder)/lock" }

    /// Takes the lock; nil while somebody has it who must not be disturbed.
    ///
    /// - Parameter alone: true for removing objects. Throws `FileError.lockIsLocal` then where the
    ///   lock would keep nobody out who works from another machine.
    public func hold(alone: Bool) throws -> FileLock? {
        do {
            try fileSystem.makeDurableFolder(folder)
            let lock = try fileSystem.lock(lockFile, shared: !alone)
            if alone, lock != nil { try fileSystem.requireSharedLocks(at: lockFile) }
            return lock
        } catch FileError.failed(_, _, let code) where !alone && FileError.isReadOnly(code) {
            // A cache that only others write: nothing of ours has to be kept from going.
            return FileLock {}
        }
    }

    /// Who took the lock last, as far as the file says.
    public var holder: String? {
        guard let bytes = try? fileSystem.bytes(of: lockFile) else { return nil }
        let number = String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber }
        return number.isEmpty ? nil : "process \(number)"
    }
}
