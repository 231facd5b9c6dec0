import ArgumentParser
import Foundation
import History
import ParamValues

struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Makes git merge 'pipeline.lock' stage by stage, in this clone.",
        discussion: """
            Adds the merge driver 'nlpipe-lock' to the configuration of this clone, and a line to
            '.gitattributes' beside 'pipeline.lock', which is to be committed. Without it two branches
            that ran different stages conflict where their entries are neighbours. In projects of DVC
            it is 'dvc.lock'.

            EXAMPLES
              nlpipe install
            """)

    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let root = try ProjectRoot.find(from: global.workingFolder())
        let lock = try ProjectRoot.layout(of: root).lockFile
        // Without a folder in it the pattern holds for the locks of all folders.
        let attribute = "\(lock) merge=nlpipe-lock"
        let repository: Repository
        do { repository = try Repository(containing: root) } catch RepositoryError.notARepository {
            throw UsageError.noRepository(folder: root)
        }
        try repository.configure([
            ("merge.nlpipe-lock.name", "\(lock), stage by stage"),
            ("merge.nlpipe-lock.driver", "\(program) merge-lock %O %A %B"),
        ])
        let isNew = try addAttribute(attribute, in: root)
        let output = Console().out
        guard !json else {
            return output.json([
                "driver": .string("nlpipe-lock"), "attribute": .string(attribute),
                "changed": .texts(isNew ? [".gitattributes"] : []),
            ])
        }
        output.line("git merges '\(lock)' with nlpipe from now on")
        if isNew {
            output.line("added '\(attribute)' to '.gitattributes': commit it")
        }
    }

    /// The name by which git's shell finds this program.
    private var program: String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let isFound = folders.contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/nlpipe")
        }
        guard !isFound,
            let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { return "nlpipe" }
        return "'\(own.replacing("'", with: "'\\''"))'"
    }

    /// Adds the line, unless it is there; true if it was not.
    private func addAttribute(_ attribute: String, in root: String) throws -> Bool {
        let file = URL(fileURLWithPath: "\(root)/.gitattributes").resolvingSymlinksInPath()
        var text = ""
        if FileManager.default.fileExists(atPath: file.path) {
            text = try String(contentsOf: file, encoding: .utf8)
        }
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: " ").joined(separator: " ")
        }
        guard !lines.contains(attribute) else { return false }
        if let last = text.last, !last.isNewline { text += "\n" }
        try Data("\(text)\(attribute)\n".utf8).write(to: file, options: .atomic)
        return true
    }
}
