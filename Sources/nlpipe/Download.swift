import Foundation

/// A file brought by `curl`: whole or not at all, with what the server says its content is known by.
///
/// A connection that is cut is taken up where it was, as long as the server still has the same
/// content; otherwise the file is fetched anew.
struct Download {
    /// What a server said of a file.
    struct Answer {
        /// What identifies the content: an ETag, or else a Content-MD5; nil without either.
        var tag: String?
        /// The number of bytes of the whole file; nil where the server does not say.
        var size: Int?
    }

    let url: String
    /// So often a file is asked for.
    static let attempts = 4
    /// curl's codes for connections that were cut, refused or silent, and for servers that are busy.
    private static let passing: Set<Int32> = [7, 18, 28, 52, 55, 56, 92]

    /// Asks what the server has, without fetching it; nil where it has nothing, or refuses it.
    func ask() throws -> Answer? {
        let headers = FileManager.default.temporaryDirectory
            .appendingPathComponent("nlpipe-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: headers) }
        var code: Int32 = 0
        for _ in 0..<Download.attempts {
            code = try curl(["--head", "--output", "/dev/null"], headers)
            guard Download.passing.contains(code) else { break }
        }
        if code == 22 { return nil }
        guard code == 0 else { throw failure(code) }
        return answer(headers)
    }

    /// Fetches the file to `path`, where nothing may be.
    func run(to path: String) throws -> Answer {
        let headers = path + ".headers"
        defer { try? FileManager.default.removeItem(atPath: headers) }
        var known: Answer?
        var code: Int32 = 0
        for _ in 0..<Download.attempts {
            var arguments = ["--output", path]
            let done = size(of: path)
            if let tag = known?.tag, done > 0 {
                // Without the same content the server sends all of it, which curl refuses (33).
                arguments += ["--continue-at", "\(done)", "--header", "If-Range: \(tag)"]
            } else {
                try? FileManager.default.removeItem(atPath: path)
            }
            try? FileManager.default.removeItem(atPath: headers)
            code = try curl(arguments, headers)
            let answer = answer(headers)
            if code == 0 {
                let isSame = known?.tag == nil || done == 0 || known?.tag == answer.tag
                // An empty file leaves none behind.
                if !FileManager.default.fileExists(atPath: path) {
                    _ = FileManager.default.createFile(atPath: path, contents: nil)
                }
                let isWhole = answer.size == nil || answer.size == size(of: path)
                if isSame, isWhole { return answer }
                code = 18
                known = nil
                continue
            }
            guard Download.passing.contains(code) || code == 33 else { break }
            if code == 33 { known = nil } else if known == nil { known = answer }
        }
        throw failure(code)
    }

    private func size(of path: String) -> Int {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        return size ?? 0
    }

    private func curl(_ arguments: [String], _ headers: String) throws -> Int32 {
        let curl = Foundation.Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments =
            [
                "curl", "-fsSL", "--connect-timeout", "30", "--speed-limit", "1", "--speed-time",
                "60", "--dump-header", headers,
            ] + arguments + ["--", url]
        // Our own words say what became of it in the end.
        curl.standardError = FileHandle.nullDevice
        try curl.run()
        curl.waitUntilExit()
        return curl.terminationStatus
    }

    private func failure(_ code: Int32) -> Incomplete {
        let reason =
            switch code {
            case 127: "'curl' is not installed"
            case 6: "its host is not known"
            case 7: "its host does not answer"
            case 18: "the connection was cut \(Download.attempts) times"
            case 22: "the server refuses it, or has no such file"
            default: "curl ended with code \(code)"
            }
        return Incomplete(message: "'\(url)' cannot be fetched: \(reason)")
    }

    /// What the last of several answers says: after a redirection there are several.
    private func answer(_ headers: String) -> Answer {
        let text = (try? String(contentsOfFile: headers, encoding: .isoLatin1)) ?? ""
        var answer = Answer()
        var digest: String?
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("HTTP/") {
                answer = Answer()
                digest = nil
            }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = String(line[line.index(after: colon)...].drop { $0 == " " })
            switch line[..<colon].lowercased() {
            case "etag": answer.tag = value
            case "content-md5": digest = value
            case "content-length": answer.size = answer.size ?? Int(value)
            case "content-range": answer.size = value.split(separator: "/").last.flatMap { Int($0) }
            case "content-encoding": answer.size = nil
            default: break
            }
        }
        answer.tag = answer.tag ?? digest
        return answer
    }
}
