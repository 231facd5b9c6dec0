import Tensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What `manifest.json` of a package says about its files.
public struct PackageManifest: Sendable, Equatable {
    /// One file of a package.
    public struct File: Sendable, Equatable {
        /// Its path inside the package.
        public let name: String
        /// Its size in bytes.
        public let size: Int
        /// Its SHA-256 as hexadecimal digits; empty where the manifest has none.
        public let sha256: String
    }

    /// The package's folder.
    public let folder: String
    /// The files, by name.
    public let files: [File]

    private static let needed = ["config.json", "model.safetensors", "vocab.txt"]

    /// Reads `manifest.json` of a folder; throws `PredictorError`.
    public init(folder: String) throws {
        self.folder = folder
        let path = "\(folder)/manifest.json"
        guard let data = fileContents(path) else { throw PredictorError.noManifest(path: path) }
        let json = try? JSONValue(parsing: data)
        guard let format = json?["format"]?.integer, let files = json?["files"]?.object else {
            throw PredictorError.badManifest(
                path: path, reason: "no JSON object with 'format' and 'files'")
        }
        guard format == 1 else {
            throw PredictorError.unsupportedFormat(path: path, found: format)
        }
        self.files = try files.sorted { $0.key < $1.key }.map { name, file in
            guard let size = file["size"]?.integer else {
                throw PredictorError.badManifest(path: path, reason: "'\(name)' has no 'size'")
            }
            return File(name: name, size: size, sha256: file["sha256"]?.string ?? "")
        }
    }

    /// Throws `PredictorError` unless every listed file is there with its size, the needed ones
    /// among them.
    public func check() throws {
        for name in Self.needed where !files.contains(where: { $0.name == name }) {
            throw PredictorError.notListed(path: "\(folder)/\(name)")
        }
        for file in files {
            let path = "\(folder)/\(file.name)"
            var status = stat()
            guard stat(path, &status) == 0 else { throw PredictorError.missingFile(path: path) }
            let size = Int(status.st_size)
            guard size == file.size else {
                throw PredictorError.wrongSize(path: path, expected: file.size, found: size)
            }
        }
    }

    /// Throws `PredictorError` unless every listed file has its content.
    ///
    /// `digest` gives the SHA-256 of the file at a path as 64 lower-case hexadecimal digits.
    public func verify(digest: (_ path: String) throws -> String) throws {
        try check()
        for file in files {
            let path = "\(folder)/\(file.name)"
            let found = try digest(path)
            guard found == file.sha256 else {
                throw PredictorError.wrongDigest(path: path, expected: file.sha256, found: found)
            }
        }
    }
}
