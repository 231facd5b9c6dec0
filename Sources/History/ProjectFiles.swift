import Foundation

/// The files of a project at one moment: in the working folder, or in a commit.
///
/// Paths are relative to the project's root, with `/` between components.
public protocol ProjectFiles: Sendable {
    /// The content of the file at `path`; nil where there is none.
    func read(_ path: String) throws -> [UInt8]?

    /// The paths of all files below the folder `path`, sorted; `path` itself if it is a file.
    func list(_ path: String) throws -> [String]
}

/// The files of a project as they are on disk now.
public struct WorkspaceFiles: ProjectFiles {
    /// The project's root, an absolute path.
    public let root: String

    /// Creates a view on the folder `root`.
    public init(root: String) { self.root = root }

    /// The content of the file at `path`; nil where there is none.
    public func read(_ path: String) throws -> [UInt8]? {
        let full = "\(root)/\(path)"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder),
            !isFolder.boolValue
        else { return nil }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: full)))
    }

    /// The paths of all files below the folder `path`, sorted; `path` itself if it is a file.
    public func list(_ path: String) throws -> [String] {
        let full = "\(root)/\(path)"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else { return [path] }
        return try FileManager.default.subpathsOfDirectory(atPath: full)
            .map { "\(path)/\($0)" }
            .filter { file in
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(
                    atPath: "\(root)/\(file)", isDirectory: &isFolder)
                return exists && !isFolder.boolValue
            }
            .sorted()
    }
}

extension ProjectFiles {
    /// The content of the file at `path` as text, damaged UTF-8 replaced; nil where there is none.
    public func text(_ path: String) throws -> String? {
        try read(path).map { String(decoding: $0, as: UTF8.self) }
    }
}
