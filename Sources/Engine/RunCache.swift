import ContentStore

/// Constructive traces by fingerprint, in `.nlpipe/runs/ab/cdef….json`, or as DVC keeps them.
struct RunCache {
    let folder: String
    let fileSystem: any FileSystem
    private let other: DVCRuns?
    private let seal: Seal?
    private let folders = DurableFolders()

    /// - Parameter seal: what runs have to be signed with to count, and are signed with.
    init(
        folder: String, format: Layout.Format = .native, fileSystem: any FileSystem,
        seal: Seal? = nil
    ) {
        self.seal = seal
        self.folder = folder
        self.fileSystem = fileSystem
        other = format == .native ? nil : DVCRuns(folder: folder, fileSystem: fileSystem)
    }

    /// Whether the runs that are not needed any more can be told; DVC keeps all.
    var isCollected: Bool { other == nil }

    /// Whether there may be runs.
    var isThere: Bool { get throws { try fileSystem.linkStatus(folder) != nil } }

    /// Where runs of this fingerprint are.
    func path(of fingerprint: Fingerprint) -> String {
        other?.path(of: fingerprint) ?? path(of: fingerprint.digest)
    }

    func path(of fingerprint: Digest) -> String {
        let hex = fingerprint.hex
        return "\(folder)/\(hex.prefix(2))/\(hex.dropFirst(2)).json"
    }

    /// Has the runs of a remote here, as far as it has any of these fingerprints.
    func bring(_ fingerprints: [Fingerprint], _ visit: any RemoteVisit) throws {
        let names = fingerprints.map { name(path(of: $0)) }
        // DVC has a folder for each, and files in it whose names only a list tells.
        try visit.bring(other == nil ? names : visit.names(below: names))
    }

    /// The name of a run's file, relative to what the folder of runs is in.
    func name(of trace: Trace) -> String {
        name(other?.path(of: trace) ?? path(of: trace.fingerprint))
    }

    private func name(_ path: String) -> String {
        String((folder.split(separator: "/").last ?? "") + path.dropFirst(folder.count))
    }

    /// The run that had this fingerprint; nil where there was none.
    ///
    /// A damaged file counts as none.
    func trace(of fingerprint: Fingerprint) throws -> Trace? {
        if let other { return try other.trace(of: fingerprint) }
        // Before the first run there is no need to put fingerprints into words.
        guard try fileSystem.linkStatus(folder) != nil else { return nil }
        let path = path(of: fingerprint.digest)
        guard try fileSystem.linkStatus(path)?.kind == .file else { return nil }
        let bytes = try fileSystem.bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self), isSealed(text),
            let trace = try? RunCache.trace(text, file: path), trace.fingerprint == fingerprint,
            trace.outs.allSatisfy({ $0.content != nil })
        else { return nil }
        return trace
    }

    /// Whether a run of this fingerprint is there that only lacks the signature.
    func hasUnsealed(_ fingerprint: Fingerprint) throws -> Bool {
        guard seal != nil else { return false }
        return try RunCache(folder: folder, fileSystem: fileSystem).trace(of: fingerprint) != nil
    }

    private func isSealed(_ text: String) -> Bool {
        guard let seal else { return true }
        let (record, below) = RunCache.lines(text)
        return seal.isRight(below, below: record)
    }

    /// The line of the record, and the one of the seal below it.
    private static func lines(_ text: String) -> (record: Substring, below: Substring) {
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return (text[...], "") }
        let next = text.utf8.index(after: end)
        return (text[..<next], text[next...])
    }

    /// Keeps a run; an earlier one of the same fingerprint only gives way to it with `replace`.
    func store(_ trace: Trace, replace: Bool, scratch: Scratch) throws {
        if let other { return try other.store(trace, scratch: scratch) }
        let path = path(of: trace.fingerprint.digest)
        if !replace, try self.trace(of: trace.fingerprint) != nil { return }
        try folders.make(["\(folder)/\(trace.fingerprint.digest.hex.prefix(2))"], fileSystem)
        do {
            try fileSystem.replace(
                path, with: Array(text(of: trace).utf8), temporary: scratch.next())
        } catch {
            // A name that may not outlive a power cut must not be taken for one that does.
            try? fileSystem.remove(path)
            throw error
        }
    }

    private func text(of trace: Trace) -> String {
        let text = RunCache.text(trace)
        return text + (seal?.line(below: text) ?? "")
    }

    static func text(_ trace: Trace) -> String {
        let body = RecordCoding.record(trace).json
        // The digest is of the line as written: a flipped digit of an out must not pass.
        return "{\"sha256\":\"\(Digest(of: body))\",\"run\":\(body)}\n"
    }

    static func trace(_ text: String, file: String) throws -> Trace {
        let head = "{\"sha256\":\""
        let (text, below) = lines(text)
        let body = text.dropFirst(head.count + 64 + 8).dropLast(2)
        guard text.hasPrefix(head), below.isEmpty || Seal.isSeal(below),
            text == "\(head)\(Digest(of: String(body)))\",\"run\":\(body)}\n"
        else { throw LockError.unreadable(place: "\(file): ", reason: "its digest is wrong") }
        let record = try RecordReader(file: file).read(String(body))
        guard case .text(let stage) = record["stage"], let trace = record["trace"],
            record["format"] == .verbatim("\(Fingerprint.format)")
        else { throw LockError.unreadable(place: "\(file): ", reason: "it has another format") }
        let decoding = RecordDecoding(file: file, stage: stage)
        let entry = try decoding.entry(trace)
        return Trace(
            fingerprint: entry.fingerprint, outs: entry.outs, facts: try decoding.facts(record))
    }
}
