import ArgumentParser
import Foundation
import History

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copies exported models, with the git commit in each.",
        discussion: """
            The export stage writes models whose bytes depend on their inputs alone. For a delivery
            this copies its folder and adds to the metadata of every ONNX file 'git_commit', the
            commit that is checked out, and 'git_dirty: true' where a tracked file differs from it.

            EXAMPLES
              nlpipe export onnx /srv/models/reviews
              nlpipe export onnx release --json
            """)

    @Argument(help: "The folder that the export stage wrote.")
    var folder: String
    @Argument(help: "The folder to make.")
    var target: String
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let working = try global.workingFolder()
        func absolute(_ path: String) -> String {
            path.hasPrefix("/") ? path : "\(working)/\(path)"
        }
        let (commit, dirty) = try checkedOut(in: working)
        let delivery = Delivery(
            source: absolute(folder), target: absolute(target),
            entries: ["git_commit": commit].merging(
                dirty ? ["git_dirty": "true"] : [:], uniquingKeysWith: { $1 }))
        let files: [String]
        do { files = try delivery.write() } catch let error as DeliveryError {
            throw Incomplete(message: "\(error)", exitCode: Failure.definition)
        }
        let console = Console()
        guard !json else {
            return console.out.json([
                "commit": .string(commit), "dirty": .bool(dirty), "files": .texts(files),
            ])
        }
        let edits = dirty ? ", with edits" : ""
        console.out.line(
            "made \(target): \(files.count) files of commit \(commit.prefix(12))\(edits)")
    }

    private func checkedOut(in folder: String) throws -> (commit: String, dirty: Bool) {
        let repository: Repository
        do { repository = try Repository(containing: folder) } catch RepositoryError.notARepository
        {
            throw Incomplete(
                message: """
                    '\(folder)' is not in a git repository
                    hint: a copy without a commit is what 'cp -r' makes
                    """, exitCode: Failure.definition)
        }
        guard let head = try repository.head() else {
            throw Incomplete(
                message: "there is no commit yet\nhint: commit the project first",
                exitCode: Failure.definition)
        }
        return (head.id, try repository.isDirty())
    }
}
