/// The files of a path with their digests: what a folder's digest is made of.
///
/// Its text is canonical: sorted by path as bytes. Empty folders, times and modes other than the
/// executable bit do not count; to DVC that bit of a folder's files does not count either.
public struct Manifest: Sendable, Equatable {
    /// One file.
    public struct File: Sendable, Equatable {
        /// Relative to the folder; "" when the manifest describes a single file.
        public var path: String
        /// The digest of the bytes.
        public var digest: Digest
        /// The number of bytes; nil where the text that it was read from does not say.
        public var size: Int?
        /// Whether the owner may execute it.
        public var executable: Bool
    }

    static let header = "nlpipe folder 1"

    /// Whether the path is a folder.
    public let isFolder: Bool
    /// The files, sorted by path as bytes.
    public let files: [File]
    private let format: Layout.Format

    init(isFolder: Bool, files: [File], format: Layout.Format = .native) {
        self.isFolder = isFolder
        // Walks give files in this order more often than not.
        let isSorted = zip(files, files.dropFirst()).allSatisfy {
            $0.path.utf8.lexicographicallyPrecedes($1.path.utf8)
        }
        self.files =
            isSorted
            ? files : files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.format = format
    }

    /// Reads a folder's manifest; nil for text that is not exactly one.
    init?(text: String, format: Layout.Format = .native) {
        let files = format == .native ? Manifest.nativeFiles(text) : FileList.files(text)
        guard let files else { return nil }
        self.init(isFolder: true, files: files, format: format)
    }

    /// The canonical text of a folder.
    var text: String {
        guard format == .native else { return FileList.text(files) }
        var text = Manifest.header + "\n"
        for file in files {
            let mark = file.executable ? "x" : "-"
            text += "\(file.digest) \(file.size ?? 0) \(mark) \(PathText.escape(file.path))\n"
        }
        return text
    }

    /// What the manifest is of, as a whole.
    public var content: Content {
        if !isFolder, let file = files.first {
            return Content(
                digest: file.digest, size: file.size ?? 0, form: .file(executable: file.executable))
        }
        let size = files.reduce(0) { $0.addingReportingOverflow($1.size ?? 0).partialValue }
        let digest = format == .native ? Digest(of: text) : Digest(of: text, .md5).ofList
        return Content(digest: digest, size: size, form: .folder(files: files.count))
    }

    private static func nativeFiles(_ text: String) -> [File]? {
        // By bytes: to `Character`, a newline after a carriage return and a blank before an accent are
        // something else.
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { Substring($0) }
        guard lines.count >= 2, lines[0] == Manifest.header, lines.last == "" else { return nil }
        var files: [File] = []
        for line in lines[1..<(lines.count - 1)] {
            let fields = line.utf8.split(
                separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false
            ).map { Substring($0) }
            guard fields.count == 4, let digest = Digest(hex: fields[0]),
                let size = Int(fields[1]), size >= 0, fields[2] == "x" || fields[2] == "-",
                let path = PathText.unescape(fields[3]), Manifest.isInside(path)
            else { return nil }
            files.append(
                File(path: path, digest: digest, size: size, executable: fields[2] == "x"))
        }
        return files
    }

    /// A damaged manifest must not be able to write anywhere else.
    static func isInside(_ path: String) -> Bool {
        !path.isEmpty && !path.utf8.contains(0)
            && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { !["", ".", ".."].contains(Substring($0)) }
    }
}

/// Paths on one line: a newline is written as `\n`, a backslash as `\\`.
enum PathText {
    static func escape(_ path: String) -> String {
        guard path.utf8.contains(where: { $0 == 0x0a || $0 == 0x5c }) else { return path }
        var text = ""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\\": text += "\\\\"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    static func unescape(_ text: Substring) -> String? {
        guard text.utf8.contains(0x5c) else { return String(text) }
        var path = ""
        var escaped = false
        for scalar in text.unicodeScalars {
            switch (escaped, scalar) {
            case (false, "\\"): escaped = true
            case (true, "n"): (path, escaped) = (path + "\n", false)
            case (true, "\\"): (path, escaped) = (path + "\\", false)
            case (true, _): return nil
            case (false, _): path.unicodeScalars.append(scalar)
            }
        }
        return escaped ? nil : path
    }
}
