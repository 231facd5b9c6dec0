/// What is at a path, as far as a pipeline cares: a file or a folder of files, by digest.
public struct Content: Sendable, Hashable {
    /// Whether the content is one file or a folder.
    public enum Form: Sendable, Hashable {
        case file(executable: Bool)
        case folder(files: Int)
    }

    /// SHA-256 of a file's bytes, or of a folder's manifest.
    public var digest: Digest
    /// Bytes; for a folder the sum over its files.
    public var size: Int
    /// A file or a folder.
    public var form: Form

    /// Creates a description of some content.
    public init(digest: Digest, size: Int, form: Form) {
        self.digest = digest
        self.size = size
        self.form = form
    }

    /// True for a folder.
    public var isFolder: Bool {
        if case .folder = form { true } else { false }
    }

    /// What tells this content from any other, on one line: the digest, and the form.
    public var signature: String {
        switch form {
        case .file(let executable): executable ? "\(digest) executable" : digest.hex
        case .folder: "\(digest) folder"
        }
    }
}
