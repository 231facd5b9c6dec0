/// What is at a path, as far as a pipeline cares: a file or a folder of files, by digest.
public struct Content: Sendable {
    /// Whether the content is one file or a folder.
    public enum Form: Sendable, Hashable {
        case file(executable: Bool)
        case folder(files: Int)
    }

    /// Of a file's bytes, or of a folder's manifest.
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
        case .file(executable: true) where countsForm: "\(digest) executable"
        case .folder where countsForm: "\(digest) folder"
        case .file, .folder: digest.name
        }
    }

    /// To DVC a file is its bytes, whether or not it can be executed.
    private var countsForm: Bool { digest.algorithm == .sha256 }
}

extension Content: Hashable {
    /// Whether both are the same to a pipeline.
    ///
    /// The size follows from the digest, and old records of DVC lack it.
    public static func == (a: Content, b: Content) -> Bool {
        a.digest == b.digest && (a.form == b.form || !a.countsForm)
    }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
