import ContentStore
import Foundation
import Pipelines

/// What a command line asks, as far as its answer may be given again without working it out: only
/// while every file that was looked at for it is as it was.
///
/// `NLPIPE_NO_ANSWERS=1` works everything out.
struct Question {
    private let digest: Digest
    private let answers: AnswerFolder

    /// Creates a question; nil for command lines that are always worked out.
    init?(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
        // Whatever else a command line says, it says it to everybody: the whole of it is the key.
        guard let command = arguments.first, ["repro", "status"].contains(command),
            !arguments.contains(where: { $0.hasPrefix("-C") || $0.hasPrefix("--cd") }),
            getenv("NLPIPE_NO_ANSWERS") == nil, !Failpoint.isSet,
            let folder = try? GlobalOptions.workingFolder(of: "."),
            let root = try? ProjectRoot.find(from: folder), let program = Question.program
        else { return nil }
        let console = Console()
        let surroundings =
            ProcessInfo.processInfo.environment
            .filter { !Question.passing.contains($0.key) }
            .map { "\($0)=\($1)" }.sorted()
        let parts =
            [Main.version, program, root, folder, "\(console.out.hasColour)"]
            + ["\(arguments.count)"] + arguments + surroundings
        // Only a digest of it is kept: variables may be secrets.
        digest = Digest(of: parts.joined(separator: "\0"))
        answers = AnswerFolder(home: "\(root)/\(ProjectRoot.kind(of: root).home)")
    }

    /// What was printed when it was asked before, where that still holds.
    var answer: [UInt8]? { answers.answer(to: digest)?.text }

    /// Keeps what was printed.
    func keep(_ text: String, of opened: OpenProject) {
        // A stage that takes one of them for an input would not be asked about it.
        let isNamed = opened.pipeline.stages.contains {
            !Question.passing.isDisjoint(with: $0.environment)
        }
        guard !isNamed, let answer = Answer(text: Array(text.utf8), opened.observations) else {
            return
        }
        answers.keep(answer, to: digest)
    }

    /// Variables that shells set anew for every command or folder.
    private static let passing: Set<String> = ["_", "OLDPWD", "PWD", "SHLVL"]

    /// Which program this is: another build has other modules.
    private static var program: String? {
        guard let status = try? LocalFileSystem().status("/proc/self/exe") else { return nil }
        return "\(status)"
    }
}
