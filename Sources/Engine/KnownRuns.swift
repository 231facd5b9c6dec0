import ContentStore
import Pipelines

/// What earlier runs may turn out to have made already, for stages whose fingerprint is not known yet.
struct KnownRuns {
    private let session: Session
    /// Stage → the files of its runs; nil before anybody asked.
    private var files: [String: [String]]?

    init(session: Session) { self.session = session }

    /// Whether some earlier run agrees with everything that is known of the stage, and its outs can
    /// be had: it is restored should the deps that are `open` become what that run had.
    mutating func mayHave(_ situation: Rebuilder.Situation, open: (String) -> Bool) throws -> Bool {
        let fingerprint = situation.fingerprint
        if let locked = situation.locked,
            try isCandidate(
                locked.fingerprint, outs: locked.outs, for: situation, open: open)
        {
            return true
        }
        // What DVC's runs were made from is not all in them.
        if session.project.layout.format == .dvc { return try !session.runCache.paths().isEmpty }
        let files = try self.files ?? session.runCache.filesByStage()
        self.files = files
        return try (files[Record.quoted(fingerprint.stage)] ?? []).contains { path in
            guard let trace = try session.runCache.trace(at: path) else { return false }
            return try isCandidate(
                trace.fingerprint, outs: trace.outs, for: situation, open: open)
        }
    }

    private func isCandidate(
        _ earlier: Fingerprint, outs: [RecordedOut], for situation: Rebuilder.Situation,
        open: (String) -> Bool
    ) throws -> Bool {
        func known(_ fingerprint: Fingerprint) -> Fingerprint {
            var known = fingerprint
            known.provenance = nil
            known.deps.removeAll { open($0.path) }
            return known
        }
        guard known(earlier) == known(situation.fingerprint) else { return false }
        return try outs.allSatisfy { out in
            guard let content = out.content else { return situation.present[out.path] != nil }
            return try situation.present[out.path] == content
                || session.objects.contains(content)
        }
    }
}

extension RunCache {
    /// The run in the file at `path`; nil for a damaged one.
    func trace(at path: String) throws -> Trace? {
        guard try fileSystem.linkStatus(path)?.kind == .file,
            let text = String(validating: try fileSystem.bytes(of: path), as: UTF8.self)
        else { return nil }
        return try? RunCache.trace(text, file: path)
    }

    /// Stage, as a JSON string → the files of its runs, told by how a run's file begins.
    func filesByStage() throws -> [String: [String]] {
        let head = Array("\"run\":{\"format\":\(Fingerprint.format),\"stage\":".utf8)
        var files: [String: [String]] = [:]
        for path in try paths() where try fileSystem.linkStatus(path)?.kind == .file {
            let bytes = try fileSystem.bytes(of: path).dropFirst(RunCache.headLength)
            guard bytes.starts(with: head) else { continue }
            files[RunCache.string(bytes.dropFirst(head.count)), default: []].append(path)
        }
        return files
    }

    /// The length of `{"sha256":"<64 digits>",`.
    private static let headLength = 11 + 64 + 2

    /// The JSON string that `bytes` begin with.
    private static func string(_ bytes: ArraySlice<UInt8>) -> String {
        var end = bytes.startIndex
        var isEscaped = false
        for index in bytes.indices.dropFirst() {
            end = index
            if !isEscaped, bytes[index] == UInt8(ascii: "\"") { break }
            isEscaped = !isEscaped && bytes[index] == UInt8(ascii: "\\")
        }
        return String(decoding: bytes.prefix(through: end), as: UTF8.self)
    }
}
