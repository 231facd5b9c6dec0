import Foundation
import Glibc

/// The files of a working tree as git would commit them, without a look at the user's index or a change
/// to it.
public struct WorkingTree: Sendable {
    /// The project's root, an absolute path inside the working tree.
    public let root: String
    /// The top of the working tree, without a trailing `/`.
    public let top: String
    /// The root relative to the top, with a trailing `/`; "" where they are the same.
    public let prefix: String
    private let scratch: String

    /// What a file is to hold, instead of what it holds.
    public struct Replacement: Sendable {
        /// The file, relative to the project's root.
        public var path: String
        /// What it is to hold.
        public var text: String

        /// Describes a replacement.
        public init(path: String, text: String) { (self.path, self.text) = (path, text) }
    }

    /// Looks at the working tree that `root` is in.
    ///
    /// - Parameter scratch: a folder for files in the making; it is made if need be.
    public init(root: String, scratch: String) throws(RepositoryError) {
        let repository = try Repository(containing: root)
        guard let folder = repository.workingFolder else {
            throw .unsupported(folder: root, detail: "a bare repository")
        }
        self.root = root
        top = realPath(folder)
        prefix = try repository.prefix(of: root)
        self.scratch = scratch
    }

    /// Writes the tree of all tracked files as they are, and gives its name.
    ///
    /// - Parameters:
    ///   - paths: files and folders relative to the root whose untracked files are added, unless git
    ///     ignores them.
    ///   - forced: files relative to the root that are added even so, where they are there.
    ///   - replacements: files that are to hold something else; also those that git ignores.
    public func tree(
        adding paths: [String] = [], forced: [String] = [],
        replacing replacements: [Replacement] = []
    ) throws(RepositoryError) -> String {
        try withIndex { (index) throws(RepositoryError) -> String in
            let git = GitProgram(in: top).using(index: index)
            let inside = GitProgram(in: root).using(index: index)
            try git.run("add", "-u", ".")
            var untracked: [String] = []
            for start in stride(from: 0, to: paths.count, by: 400) {
                untracked += try inside.parts(
                    ["ls-files", "-z", "--others", "--exclude-standard", "--"]
                        + paths[start..<min(start + 400, paths.count)])
            }
            untracked += forced.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }
            if !untracked.isEmpty {
                try inside.run(
                    ["update-index", "--add", "-z", "--stdin"],
                    input: Array(untracked.joined(separator: "\0").utf8) + [0])
            }
            try put(replacements, git)
            return try git.run("write-tree")
        }
    }

    /// The tree that is as `tree` but for some files.
    public func tree(
        basedOn tree: String, replacing replacements: [Replacement]
    ) throws(RepositoryError) -> String {
        try withIndex { (index) throws(RepositoryError) -> String in
            let git = GitProgram(in: top).using(index: index)
            try git.run("read-tree", tree)
            try put(replacements, git)
            return try git.run("write-tree")
        }
    }

    private func put(_ replacements: [Replacement], _ git: GitProgram) throws(RepositoryError) {
        for replacement in replacements {
            let blob = try git.run(
                ["hash-object", "-w", "--stdin"], input: Array(replacement.text.utf8))
            try git.run(
                "update-index", "--add", "--cacheinfo", "100644", blob, prefix + replacement.path)
        }
    }

    /// Makes the files of the working tree those of `tree`; they were those of `present` before.
    ///
    /// What git does not track stays, unless the tree has something in its place.
    public func update(from present: String, to tree: String) throws(RepositoryError) {
        try withIndex { (index) throws(RepositoryError) in
            let git = GitProgram(in: top).using(index: index)
            // The index has to say of each file that it is as `present` has it.
            try git.run("read-tree", present)
            _ = try? git.run("update-index", "-q", "--refresh")
            try git.run("read-tree", "--reset", "-u", tree)
        }
    }

    /// The paths in which two trees differ, relative to the top.
    public func differences(_ old: String, _ new: String) throws(RepositoryError) -> Set<String> {
        Set(
            try GitProgram(in: top).parts([
                "diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new,
            ]))
    }

    /// The name of the tree of a commit.
    public func tree(of commit: String) throws(RepositoryError) -> String {
        try GitProgram(in: top).run("rev-parse", "--verify", "\(commit)^{tree}")
    }

    /// Makes the copy of an index no younger than the index is.
    ///
    /// Git compares times by the second and reads a file again that is as young as the index: a younger
    /// copy would vouch for a file that was written anew within the second, at its old size.
    private static func age(_ copy: String, as index: String) throws {
        let files = FileManager.default
        let written = try files.attributesOfItem(atPath: index)[.modificationDate] as? Date
        let seconds = (written ?? Date(timeIntervalSince1970: 1)).timeIntervalSince1970
        try files.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: max(1, seconds.rounded(.down)))],
            ofItemAtPath: copy)
    }

    /// Calls `body` with the path of an index that is as the user's is now.
    private func withIndex<Value>(
        _ body: (String) throws(RepositoryError) -> Value
    ) throws(RepositoryError) -> Value {
        let files = FileManager.default
        let index = "\(scratch)/index-\(UInt64.random(in: .min ... .max))"
        let git = GitProgram(in: top)
        let path = try git.run("rev-parse", "--git-path", "index")
        let own = path.hasPrefix("/") ? path : "\(top)/\(path)"
        do {
            try files.createDirectory(atPath: scratch, withIntermediateDirectories: true)
            if files.fileExists(atPath: own) {
                try files.copyItem(atPath: own, toPath: index)
                try Self.age(index, as: own)
            }
        } catch {
            throw .failed(action: "copy its index", detail: error.localizedDescription)
        }
        defer {
            for file in [index, index + ".lock"] { try? files.removeItem(atPath: file) }
        }
        return try body(index)
    }
}
