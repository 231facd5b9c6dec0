import Foundation

/// A folder of files that is read or written by relative path.
struct PackageFolder {
    private let root: URL

    init(_ path: String) {
        root = URL(fileURLWithPath: path, isDirectory: true)
    }

    func path(of file: String) -> String { root.appendingPathComponent(file).path }

    func create() throws {
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    /// Relative paths of all regular files, sorted by their UTF-8.
    func files() throws -> [String] {
        try files(below: "").sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func files(below folder: String) throws -> [String] {
        let parent = folder.isEmpty ? root.path : path(of: folder)
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: parent)
        } catch {
            throw PackageError.unreadable(file: parent, reason: "cannot list the folder")
        }
        return try names.flatMap { name in
            let file = folder.isEmpty ? name : "\(folder)/\(name)"
            let attributes = try FileManager.default.attributesOfItem(atPath: path(of: file))
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: return try files(below: file)
            case .typeRegular: return [file]
            default: throw PackageError.notRegular(file: path(of: file))
            }
        }
    }

    /// Copies one file's bytes; its mode is not copied, since cached files are read-only.
    func copy(_ file: String, from folder: String) throws {
        let source = URL(fileURLWithPath: folder).appendingPathComponent(file)
        do {
            try write(try Data(contentsOf: source, options: .mappedIfSafe), to: file)
        } catch let error as CocoaError {
            throw PackageError.unreadable(
                file: source.path, reason: "cannot copy: \(error.localizedDescription)")
        }
    }

    func write(_ data: Data, to file: String) throws {
        let target = root.appendingPathComponent(file)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: target)
    }
}
