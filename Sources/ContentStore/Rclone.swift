import Glibc
import Synchronization

/// A place that the program rclone reaches: clouds, SFTP, WebDAV.
///
/// Names are relative to the place, with `/` between folders.
public struct Rclone: Sendable {
    /// What rclone calls the place, such as `:s3:bucket/path`.
    public let target: String
    private let environment: [String: String]

    /// Names a place.
    ///
    /// - Parameter settings: what rclone is told through its environment, besides ours.
    public init(target: String, settings: [String: String]) {
        self.target = target
        environment = settings
    }

    /// How many names are asked for one by one; above, everything that is there is listed.
    private static let fewNames = 200

    /// The sizes of those of `names` that are there.
    func sizes(of names: [String], _ call: Call) throws -> [String: Int] {
        guard !names.isEmpty else { return [:] }
        var arguments = [
            "lsf", target, "-R", "--files-only", "--format", "sp", "--separator", " ",
        ]
        if names.count <= Rclone.fewNames {
            arguments += ["--files-from-raw", try call.list(names)]
        }
        var sizes: [String: Int] = [:]
        let wanted = Set(names)
        let ending = try run(arguments, call) { line in
            guard let space = line.firstIndex(of: " "), let size = Int(line[..<space]) else {
                return
            }
            let name = String(line[line.index(after: space)...])
            if wanted.contains(name) { sizes[name] = size }
        }
        // 3: the place is not there yet.
        guard ending.code == 0 || ending.code == 3 else { throw failure(ending) }
        return sizes
    }

    /// The names of the files below some of the place's folders.
    func names(below folders: [String], _ call: Call) throws -> [String] {
        guard !folders.isEmpty else { return [] }
        var arguments = ["lsf", target, "-R", "--files-only"]
        // Beyond that everything is listed: a command line has an end.
        if folders.count <= Rclone.fewNames {
            arguments += folders.flatMap { ["--include", "/\($0)/**"] }
        }
        let wanted = folders.map { "\($0)/" }
        var names: [String] = []
        let ending = try run(arguments, call) { line in
            if wanted.contains(where: { line.hasPrefix($0) }) { names.append(String(line)) }
        }
        // 3: the place is not there yet.
        guard ending.code == 0 || ending.code == 3 else { throw failure(ending) }
        return names
    }

    /// Copies files below `folder` to the place, each checked by what the place says of it.
    func send(_ names: [String], from folder: String, _ call: Call) throws {
        try copy(names, from: folder, to: target, call)
    }

    /// Copies files from the place to below `folder`; what is not there does not come.
    func receive(_ names: [String], to folder: String, _ call: Call) throws {
        try copy(names, from: target, to: folder, call)
    }

    private func copy(_ names: [String], from: String, to: String, _ call: Call) throws {
        guard !names.isEmpty else { return }
        let arguments = [
            "copy", from, to, "--files-from-raw", try call.list(names), "--no-traverse",
            "--ignore-times", "--transfers", "\(call.jobs)", "--checkers", "\(call.jobs)",
            "--use-json-log", "--stats", "300ms", "--stats-log-level", "NOTICE",
        ]
        let ending = try run(arguments, call) { line in
            if let bytes = Rclone.number("bytes", in: line),
                let files = Rclone.number("transfers", in: line)
            {
                call.progress(files, bytes)
            }
        }
        // 3: there is no such place, so nothing comes from it.
        guard ending.code == 0 || ending.code == 3 && from == target else { throw failure(ending) }
    }

    /// The number behind a key of the statistics in a line of rclone's log.
    static func number(_ key: String, in line: Substring) -> Int? {
        guard let start = line.range(of: "\"stats\":{"),
            let place = line[start.upperBound...].range(of: "\"\(key)\":")
        else { return nil }
        return Int(line[place.upperBound...].prefix { $0.isNumber })
    }

    /// How a call is made.
    struct Call: Sendable {
        /// A folder for lists of names.
        var scratch: Scratch
        var fileSystem: any FileSystem
        var jobs = 4
        var cancelled: @Sendable () -> Bool = { false }
        /// Files and bytes of this call so far.
        var progress: @Sendable (_ files: Int, _ bytes: Int) -> Void = { _, _ in }

        func list(_ names: [String]) throws -> String {
            let path = scratch.next()
            let text = names.joined(separator: "\n") + "\n"
            try fileSystem.createUnflushed(path, Array(text.utf8), mode: 0o600)
            return path
        }
    }

    private struct Ending {
        var code: Int32
        var words: String
    }

    private func failure(_ ending: Ending) -> RemoteError {
        .program(target: target, code: ending.code, words: ending.words)
    }

    private func run(
        _ arguments: [String], _ call: Call, line: (Substring) -> Void
    ) throws -> Ending {
        var last = ""
        let program = try Rclone.program()
        let child = try ListeningChild(
            [program] + arguments,
            environment: Rclone.inherited.merging(environment) { _, new in new })
        let code = try child.run(cancelled: call.cancelled) { text in
            if let message = Rclone.message(in: text) { last = message }
            line(text)
        }
        return Ending(code: code, words: last)
    }

    /// What a line of the log says that is an error; rclone's last words are in no log.
    private static func message(in line: Substring) -> String? {
        if line.contains("\"level\":\"error\"") || line.contains("\"level\":\"fatal\"") {
            guard let start = line.range(of: "\"msg\":\"") else { return nil }
            var text = line[start.upperBound...]
            if let end = text.range(of: "\",\"") { text = text[..<end.lowerBound] }
            return String(text)
        }
        guard let place = line.range(of: "Failed to ") else { return nil }
        return String(line[place.lowerBound...])
    }

    private static var inherited: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }

    /// The program's path; `RemoteError.noProgram` where none is installed.
    static func program() throws -> String {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") where access("\(folder)/rclone", X_OK) == 0 {
            return "\(folder)/rclone"
        }
        throw RemoteError.noProgram
    }
}

extension Substring {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].utf8.starts(with: text.utf8) {
                return start..<utf8.index(start, offsetBy: text.utf8.count)
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
