import Synchronization

/// The files of a path with their digests: what a folder's digest is made of.
///
/// Its text is canonical: sorted by path as bytes. Empty folders, times and modes other than the
/// executable bit do not count; to DVC that bit of a folder's files does not count either.
public struct Manifest: Sendable {
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
    private let whole = Whole()

    init(isFolder: Bool, files: [File], format: Layout.Format = .native) {
        self.isFolder = isFolder
        // Walks give files in this order more often than not.
        let isSorted = zip(files, files.dropFirst()).allSatisfy {
            ManifestText.precedes($0.path, $1.path)
        }
        self.files =
            isSorted
            ? files : files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.format = format
    }

    /// Reads a folder's manifest; nil for bytes that are not exactly one.
    init?(bytes: [UInt8], format: Layout.Format = .native) {
        let files =
            format == .native
            ? ManifestText.files(bytes) : FileList.files(String(decoding: bytes, as: UTF8.self))
        guard let files else { return nil }
        self.init(isFolder: true, files: files, format: format)
    }

    init?(text: String, format: Layout.Format = .native) {
        self.init(bytes: Array(text.utf8), format: format)
    }

    /// The canonical text of a folder.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes of the text.
    var bytes: [UInt8] {
        format == .native ? ManifestText.bytes(files) : Array(FileList.text(files).utf8)
    }

    /// What the manifest is of, as a whole.
    public var content: Content {
        if !isFolder, let file = files.first {
            return Content(
                digest: file.digest, size: file.size ?? 0, form: .file(executable: file.executable))
        }
        return whole.content { content(of: bytes) }
    }

    private func content(of bytes: [UInt8]) -> Content {
        let size = files.reduce(0) { $0.addingReportingOverflow($1.size ?? 0).partialValue }
        let digest = format == .native ? Digest(of: bytes) : Digest(of: bytes, .md5).ofList
        return Content(digest: digest, size: size, form: .folder(files: files.count))
    }

    /// A long list is not put into words for every question about the whole.
    private final class Whole: Sendable {
        private let known = Mutex<Content?>(nil)

        func content(_ make: () -> Content) -> Content {
            known.withLock { known in
                let content = known ?? make()
                known = content
                return content
            }
        }
    }

    /// A damaged manifest must not be able to write anywhere else.
    static func isInside(_ path: String) -> Bool {
        let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
        // Of the name that is being read: its bytes, and whether they are all dots.
        var (count, isDots) = (0, true)
        for byte in path.utf8 {
            if byte == 0 { return false }
            guard byte == slash else {
                count += 1
                isDots = isDots && byte == dot
                continue
            }
            if isDots, count < 3 { return false }
            (count, isDots) = (0, true)
        }
        return !isDots || count > 2
    }
}

extension Manifest: Equatable {
    /// Whether both are of the same files, in the same form.
    public static func == (a: Manifest, b: Manifest) -> Bool {
        a.isFolder == b.isFolder && a.format == b.format && a.files == b.files
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
