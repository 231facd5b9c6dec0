import ArgumentParser
import Engine
import Foundation

struct MergeLockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge-lock",
        abstract: "Merges locks for git, stage by stage; 'nlpipe install' sets it up.",
        discussion: """
            Writes the merged lock over OURS. A stage that only one side changed is as that side has
            it. A stage that both changed has no entry any more: 'nlpipe repro' restores or runs it.
            A file that is no lock stays as it is, and the exit code is 1: git reports a conflict.

            EXAMPLES
              nlpipe merge-lock %O %A %B       as git calls it
            """)

    @Argument(help: "The common ancestor.")
    var base: String
    @Argument(help: "This branch's file; the result is written here.")
    var ours: String
    @Argument(help: "The other branch's file.")
    var theirs: String

    func run() throws {
        let texts = try [base, ours, theirs].map(text)
        if texts.contains(where: DVCLockMerge.isLock) {
            let merge = try DVCLockMerge(base: texts[0], ours: texts[1], theirs: texts[2])
            return try finish(merge.text, merge.dropped, "dvc.lock")
        }
        let merge = LockMerge(
            base: try lock(base, "the common ancestor"), ours: try lock(ours, "this branch"),
            theirs: try lock(theirs, "the other branch"))
        try finish(merge.lock.text, merge.dropped, LockFile.name)
    }

    private func finish(_ text: String, _ dropped: [String], _ file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: ours), options: .atomic)
        guard !dropped.isEmpty else { return }
        let names = dropped.map { "'\($0)'" }.joined(separator: ", ")
        Console().error.line(
            """
            \(file): both sides changed \(names)
            hint: 'nlpipe repro' restores or runs what has no entry any more
            """)
    }

    private func text(_ path: String) throws -> String {
        do {
            return String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw Incomplete(message: "'\(path)' cannot be read: \(error.localizedDescription)")
        }
    }

    private func lock(_ path: String, _ side: String) throws -> LockFile {
        let text = try text(path)
        // Where a side has no such file git gives an empty one.
        guard !text.isEmpty else { return LockFile() }
        do { return try LockFile(text: text) } catch {
            throw Incomplete(message: "the lock of \(side) cannot be merged\n\(error)")
        }
    }
}
