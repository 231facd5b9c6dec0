import ArgumentParser
import Glibc

/// Options that every command has.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: [.customShort("C"), .customLong("cd")],
        help: ArgumentHelp("Work as if started in this folder.", valueName: "dir"))
    var folder: String?

    /// The folder to work in, absolute and without symbolic links.
    func workingFolder() throws -> String {
        try GlobalOptions.workingFolder(of: folder ?? ".")
    }

    /// A folder as the command line names it, absolute and without symbolic links.
    static func workingFolder(of wanted: String) throws -> String {
        guard let resolved = realpath(wanted, nil) else {
            throw UsageError.noSuchFolder(wanted)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Moves `-C DIR` from before the command's name to the end, where the command takes it:
    /// `nlpipe -C dir repro` is `nlpipe repro -C dir`.
    static func afterCommand(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var moved: [String] = []
        while let first = rest.first {
            if first == "-C" || first == "--cd", rest.count >= 2 {
                moved = Array(rest.prefix(2))
                rest = rest.dropFirst(2)
            } else if first.hasPrefix("--cd=") {
                moved = [first]
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        guard let command = rest.first, !command.hasPrefix("-"), !moved.isEmpty else {
            return arguments
        }
        // Right after the command: what follows `--` is no longer an option. Some have a command of
        // their own in between.
        let groups = [
            "cache", "ci", "data", "exp", "metrics", "params", "plots", "remote", "runs", "stage",
        ]
        let names = groups.contains(command) ? 2 : 1
        return rest.prefix(names) + moved + rest.dropFirst(names)
    }
}
