import Foundation
import History

/// Where the answers of gates go beside standard output.
enum GateFiles {
    /// Writes `text` to the file at `path`, relative to the folder the command was started in.
    static func write(_ text: String, to path: String, from options: GlobalOptions) throws {
        let place = path.hasPrefix("/") ? path : "\(try options.workingFolder())/\(path)"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: place), options: .atomic)
        } catch {
            throw UsageError.unwritable(path: path, reason: error.localizedDescription)
        }
    }

    /// Adds to the summary of the job that GitHub shows; outside of a job that is said and no error.
    static func addToSummary(_ text: String, _ console: Console) throws {
        let name = "GITHUB_STEP_SUMMARY"
        guard let path = ProcessInfo.processInfo.environment[name], !path.isEmpty else {
            console.warn("$\(name) is not set: there is no job to summarise")
            return
        }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw UsageError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(file) }
        let output = Console.Output(descriptor: file, isTerminal: false, hasColour: false)
        guard output.write("\(text)\n".utf8) else {
            throw UsageError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// The folder `root` relative to that of its git repository; "" without one, and for the same.
    static func folder(of root: String) -> String {
        guard let repository = try? Repository(containing: root),
            let prefix = try? repository.path(of: root)
        else { return "" }
        return prefix
    }
}
