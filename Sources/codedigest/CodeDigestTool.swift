import Foundation

/// Writes a Swift file with the digest of source files: `codedigest OUT ROOT FILES…`.
///
/// The digest covers every file's path below ROOT and its text without comments and layout. Beside
/// it stand the digests of the files, so that a change can be told by file. OUT is left alone when
/// it is right already, so that nothing is compiled again for a changed comment.
@main
struct CodeDigestTool {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("codedigest: error: \(error)\n".utf8))
            exit(1)
        }
    }

    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 3 else { throw CodeDigestError.usage }
        let (out, root) = (arguments[0], arguments[1])
        let sources = try CodeDigestTool.sources(arguments.dropFirst(2).map { $0 }, root: root)
        let files = try sources.map { source in
            let digest = try SHA256.hexDigest(of: source.code).prefix(shownDigits)
            return "        \(source.path.debugDescription): \"\(digest)\",\n"
        }
        let text = """
            /// The digest of this module's code and of the package code that it uses.
            enum CodeDigest {
                static let value = "\(try digest(of: sources))"
                /// Path in the package → first digits of the digest of the file's code.
                static let files: [String: String] = [
            \(files.isEmpty ? "        :\n" : files.joined())    ]
            }

            """
        if (try? String(contentsOfFile: out, encoding: .utf8)) == text { return }
        try Data(text.utf8).write(to: URL(fileURLWithPath: out), options: .atomic)
    }

    /// Of a file's digest so many digits are kept: they name a change, and decide nothing.
    private static let shownDigits = 16

    /// A source file by its path below the root, without comments and layout.
    struct Source {
        var path: String
        var code: [UInt8]
    }

    /// `files`, absolute paths below `root`, sorted by path.
    static func sources(_ files: [String], root: String) throws -> [Source] {
        let prefix = root.hasSuffix("/") ? root : root + "/"
        var named: [(path: String, file: String)] = []
        for file in Set(files) {
            guard file.hasPrefix(prefix) else { throw CodeDigestError.outside(file, root: root) }
            named.append((String(file.dropFirst(prefix.count)), file))
        }
        named.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return try named.map { path, file in
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            let code = SourceStripper.strip(bytes, as: path.hasSuffix(".swift") ? .swift : .c)
            return Source(path: path, code: code)
        }
    }

    /// The digest of sources that are sorted by path, as 64 hexadecimal digits.
    static func digest(of sources: [Source]) throws -> String {
        var input: [UInt8] = []
        for source in sources {
            input += source.path.utf8
            input.append(0)
            withUnsafeBytes(of: UInt64(source.code.count).littleEndian) { input += $0 }
            input += source.code
        }
        return try SHA256.hexDigest(of: input)
    }
}

/// Why no digest could be made.
enum CodeDigestError: Error, CustomStringConvertible {
    case usage
    case outside(String, root: String)
    case noSHA256

    var description: String {
        switch self {
        case .usage: "usage: codedigest OUT ROOT FILES…"
        case .outside(let file, let root):
            """
            a source file is outside the package
              file:    \(file)
              package: \(root)
            """
        case .noSHA256: "libcrypto offers no SHA-256"
        }
    }
}
