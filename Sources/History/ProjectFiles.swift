import Foundation
public import Pipelines

/// The files of a project at one moment: in the working folder, or in a commit.
///
/// Paths are relative to the project's root, with `/` between components.
public protocol ProjectFiles: Sendable {
    /// The content of the file at `path`; nil where there is none.
    func read(_ path: String) throws -> [UInt8]?

    /// The paths of all files below the folder `path`, sorted; `path` itself if it is a file.
    func list(_ path: String) throws -> [String]

    /// What lists single folders, for the search for pipeline files.
    func lister() throws -> ProjectLister
}

/// Lists the folder at a path, "" being the root, without what is in the folders inside.
public typealias ProjectLister = @Sendable (String) throws -> [ProjectReader.Entry]

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

extension WorkspaceFiles {
    /// Lists folders on disk.
    ///
    /// A folder that is not to be read, or is gone by now, has nothing in it that concerns a
    /// pipeline; neither have names that are not UTF-8.
    public func lister() -> ProjectLister {
        { [root] path in
            let folder = path.isEmpty ? root : "\(root)/\(path)"
            guard let stream = opendir(folder) else {
                if [EACCES, ENOENT, ENOTDIR].contains(errno) { return [] }
                throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: folder])
            }
            defer { closedir(stream) }
            var entries: [ProjectReader.Entry] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard let name, name != ".", name != ".." else { continue }
                var isFolder = Int(entry.pointee.d_type) == Int(DT_DIR)
                if Int(entry.pointee.d_type) == Int(DT_UNKNOWN) {
                    var status = stat()
                    isFolder =
                        lstat("\(folder)/\(name)", &status) == 0
                        && status.st_mode & S_IFMT == S_IFDIR
                }
                entries.append(.init(name: name, isFolder: isFolder))
            }
            return entries
        }
    }
}

extension ProjectReader {
    /// Creates a reader of the pipeline files among `files`.
    ///
    /// - Parameters:
    ///   - files: the project at one moment.
    ///   - knownModules: names that `run:` may give; nil when they are not to be checked, as in
    ///     revisions of the past.
    public init(files: any ProjectFiles, knownModules: [String]?) throws {
        let isDVC = try ProjectReader.isDVC(files)
        self.init(
            fileName: isDVC ? "dvc.yaml" : PipelineReader.defaultFile,
            ignoreFile: isDVC ? ".dvcignore" : IgnoreRules.file, knownModules: knownModules,
            patterns: !isDVC, dialect: isDVC ? .dvc : .native, text: { try files.text($0) },
            list: try files.lister())
    }

    /// Whether the files are those of a project of DVC, and not of one of nlpipe.
    public static func isDVC(_ files: any ProjectFiles) throws -> Bool {
        try files.read(PipelineReader.defaultFile) == nil && files.read(".dvc/config") != nil
    }
}

extension ProjectFiles {
    /// The content of the file at `path` as text, damaged UTF-8 replaced; nil where there is none.
    public func text(_ path: String) throws -> String? {
        try read(path).map { String(decoding: $0, as: UTF8.self) }
    }
}
