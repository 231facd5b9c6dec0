import Foundation
import TestSupport
import Testing

/// Every command that prints a result prints it as JSON too.
struct JSONAnswerTests {
    /// Commands without `--json`, and why.
    private static let exceptions = [
        "completion": "a script for a shell",
        "merge-lock": "git calls it, and looks at its exit code",
    ]

    /// The names below the heading of subcommands in a help text.
    private static func subcommands(_ help: String) -> [String] {
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: "SUBCOMMANDS:") else { return [] }
        return lines[(start + 1)...].prefix { !$0.isEmpty }.filter {
            $0.hasPrefix("  ") && !$0.hasPrefix("   ")
        }
        // A name's second spelling follows a comma.
        .compactMap { $0.split { $0 == " " || $0 == "," }.first.map(String.init) }
    }

    private static func help(_ command: [String]) throws -> String {
        try Program.nlpipe(command + ["--help"], in: "/").out
    }

    /// Every command that does something itself.
    private static func commands(below command: [String] = []) throws -> [[String]] {
        let names = subcommands(try help(command))
        return names.isEmpty ? [command] : try names.flatMap { try commands(below: command + [$0]) }
    }

    @Test func everyCommandHasIt() throws {
        let commands = try JSONAnswerTests.commands()
        #expect(commands.count > 30, "\(commands)")
        for command in commands {
            let name = command.joined(separator: " ")
            let hasIt = try JSONAnswerTests.help(command).contains("--json")
            #expect(hasIt != (JSONAnswerTests.exceptions[name] != nil), "\(name)")
        }
    }

    /// What these print is one object on standard output; the keys are documented.
    @Test(arguments: [
        ("init -f", ["made"]), ("commit -f", ["committed", "refused", "unchanged"]),
        ("checkout", ["added", "kept", "missing", "modified", "relinked", "unchanged"]),
        ("unprotect count", ["unprotected"]),
        ("freeze count", ["frozen"]), ("unfreeze count", ["frozen"]), ("dag", ["edges", "nodes"]),
        ("dag --outs", ["edges", "nodes"]), ("cache dir", ["dir"]),
        ("cache size", ["bytes", "objects"]), ("cache verify", ["bytes", "damaged", "objects"]),
        ("install", ["attribute", "changed", "driver"]), ("remote add -d store ../x", ["store"]),
        ("remote list", []), ("remote default", []), ("status", []), ("data status", []),
        ("gc -w", ["bytes", "damaged", "kept", "objects", "runs"]),
        ("params diff", []), ("metrics diff", []),
        ("exp save -n one", ["name", "outcome", "rev"]), ("exp list", []),
        ("exp remove --queue", ["removed"]), ("runs tag last best", ["name", "removed", "run"]),
        ("runs delete last", ["deleted"]),
    ])
    func theAnswerIsOneObject(command: String, keys: [String]) throws {
        let project = try ToyProject()
        #expect(try project.nlpipe("repro").status == 0)
        try project.commit()
        let arguments = command.split(separator: " ").map(String.init) + ["--json"]
        let result = try Program.nlpipe(arguments, in: project.path)
        #expect(result.status == 0, "\(result.error)")
        #expect(result.lines.count == 1)
        let value = try JSONSerialization.jsonObject(with: Data(result.out.utf8))
        #expect((value as? [String: Any])?.keys.sorted() == keys)
    }

    @Test func anErrorLeavesStandardOutputAlone() throws {
        let project = try ToyProject()
        for command in [
            "freeze nothing", "checkout nothing", "remote remove nothing", "import-url nothing",
        ] {
            let arguments = command.split(separator: " ").map(String.init) + ["--json"]
            let result = try Program.nlpipe(arguments, in: project.path)
            #expect(result.status == 2 && result.out.isEmpty, "\(command): \(result.out)")
            #expect(result.error.contains("error:"), "\(command)")
        }
    }
}
