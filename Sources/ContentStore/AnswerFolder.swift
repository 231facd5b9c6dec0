/// The folder of answers given before, one file for every question.
public struct AnswerFolder: Sendable {
    private static let most = 64

    private let folder: String
    private let scratch: String
    private let fileSystem: any FileSystem

    /// Creates a view on the answers of a project.
    ///
    /// - Parameters:
    ///   - home: the folder of what belongs to this machine, an absolute path.
    public init(home: String, fileSystem: any FileSystem = LocalFileSystem()) {
        folder = "\(home)/state-answers"
        scratch = "\(home)/tmp"
        self.fileSystem = fileSystem
    }

    /// The answer to a question that still holds; nil where there is none.
    ///
    /// - Parameter question: a digest of all that it depends on but files.
    public func answer(to question: Digest) -> Answer? {
        guard let bytes = try? fileSystem.bytes(of: "\(folder)/\(question.hex)"),
            let answer = Answer(bytes: bytes), isAtRest, answer.holds(on: fileSystem)
        else { return nil }
        return answer
    }

    /// Whether no run is under way, and none was killed that left something to put right.
    private var isAtRest: Bool {
        guard let names = try? fileSystem.list(scratch) else { return false }
        return names.allSatisfy { Scratch.kept.contains($0) }
    }

    /// Keeps an answer; a failure only costs time later on.
    ///
    /// Nothing waits for the disk: what a power cut damages does not fit its digest.
    public func keep(_ answer: Answer, to question: Digest) {
        let time = fileSystem.now()
        let temporary = "\(scratch)/answer-\(time.seconds)-\(time.nanoseconds)"
        do {
            try fileSystem.makeFolder(folder)
            try fileSystem.makeFolder(scratch)
            try fileSystem.createUnflushed(temporary, answer.bytes, mode: 0o600)
            try fileSystem.rename(temporary, to: "\(folder)/\(question.hex)")
            try sweep()
        } catch { try? fileSystem.remove(temporary) }
    }

    /// Forgets the oldest answers once there are many.
    private func sweep() throws {
        guard try fileSystem.list(folder).count > Self.most else { return }
        let entries = try fileSystem.entries(folder)
            .sorted { $0.status.modified < $1.status.modified }
        for entry in entries.prefix(entries.count - Self.most / 2) {
            try fileSystem.remove("\(folder)/\(entry.name)")
        }
    }
}
