import ContentStore
import Engine
import Foundation
import Glibc
import History
import Pipelines

/// A copy of a project in which one experiment runs, apart from the working folder and from the others.
///
/// It is a working tree of git's own with the files of a tree, HEAD at the baseline. Objects and runs
/// are those of the project, so nothing that is known there is made again.
struct ExperimentCopy {
    /// The top of the copy.
    let folder: String
    /// The project's root in it.
    let root: String
    private let place: ExperimentPlace
    private let name: String
    private let baseline: String
    private let held: FileLock

    /// Makes a copy; nil while another process works on one of this name.
    init?(_ name: String, tree: String, baseline: String, of place: ExperimentPlace) throws {
        let files = LocalFileSystem()
        try files.makeFolder(place.copies)
        guard let held = try files.lock("\(place.copies)/\(name).lock") else { return nil }
        self.held = held
        self.place = place
        self.name = name
        self.baseline = baseline
        folder = "\(place.copies)/\(name)"
        let prefix = place.tree.prefix
        root = prefix.isEmpty ? folder : "\(folder)/\(prefix.dropLast())"
        try? FileManager.default.removeItem(atPath: folder)
        do {
            let (folder, git) = (folder, GitProgram(in: place.tree.top))
            try Self.alone(at: place) {
                try git.run("worktree", "prune")
                try git.run(
                    "worktree", "add", "--quiet", "--detach", "--no-checkout", folder, baseline)
            }
            try GitProgram(in: folder).run("read-tree", "--reset", "-u", tree)
            try files.makeFolder("\(root)/\(place.layout.home)")
            if place.layout.format == .native { try ProjectFolder.ensure(in: root) }
            // What is known of files that both have by their inode need not be read again.
            try? FileManager.default.copyItem(
                atPath: "\(place.root)/\(place.layout.home)/state",
                toPath: "\(root)/\(place.layout.home)/state")
        } catch {
            remove()
            throw error
        }
    }

    /// Opens the project in the copy, with the cache and the runs of the project that it is of.
    func open() throws -> OpenProject {
        try OpenProject(
            at: place.folder.isEmpty ? root : "\(root)/\(place.folder)",
            layout: place.layout.sharing(root: place.root),
            variables: ExperimentPlace.variables(name: name, baseline: baseline))
    }

    /// Puts in place what the locks record, and links what stages read and git does not keep.
    func fill(_ opened: OpenProject, copying paths: [String]) throws {
        for path in paths { try copy(path) }
        _ = try Checkout(project: opened.project).run(try opened.stages([]), force: true)
        let stages = opened.pipeline.stages
        let made = Set(stages.filter { $0.action != .data }.flatMap(\.outs).map(\.path))
        for dep in stages.flatMap(\.deps) {
            if let glob = dep.glob {
                let all = try WorkspaceFiles(root: place.root).list(Self.folder(of: glob))
                for path in all where glob.matches(path) { try bring(path, made: made) }
            } else {
                try bring(dep.path, made: made)
            }
        }
        for file in Set(stages.flatMap(\.params).map(\.file)) { try bring(file, made: made) }
    }

    /// The folder that all that a pattern matches lies in.
    private static func folder(of glob: Glob) -> String {
        glob.text.split(separator: "/").prefix { !Glob.isPattern(String($0)) }
            .joined(separator: "/")
    }

    /// Links a file or folder of the project that is not in the copy; what a stage makes is not there
    /// to be taken.
    private func bring(_ path: String, made: Set<String>) throws {
        guard !made.contains(path), !made.contains(where: { path.hasPrefix("\($0)/") }) else {
            return
        }
        let files = FileManager.default
        let (source, target) = ("\(place.root)/\(path)", "\(root)/\(path)")
        var (isFolder, isHere) = (ObjCBool(false), ObjCBool(false))
        guard files.fileExists(atPath: source, isDirectory: &isFolder) else { return }
        if !files.fileExists(atPath: target, isDirectory: &isHere) {
            guard !isFolder.boolValue || !made.contains(where: { $0.hasPrefix("\(path)/") }) else {
                return
            }
            try files.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try files.createSymbolicLink(atPath: target, withDestinationPath: source)
        } else if isFolder.boolValue, isHere.boolValue {
            for name in try files.contentsOfDirectory(atPath: source).sorted()
            where ![".git", ".gitignore"].contains(name) {
                try bring("\(path)/\(name)", made: made)
            }
        }
    }

    /// Copies what the command line names beside.
    private func copy(_ path: String) throws {
        let files = FileManager.default
        let (source, target) = ("\(place.root)/\(path)", "\(root)/\(path)")
        do {
            try? files.removeItem(atPath: target)
            try files.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try files.copyItem(atPath: source, toPath: target)
        } catch {
            throw UsageError.unreadable(path: path, reason: error.localizedDescription)
        }
    }

    /// Does something with git's list of working trees; git reads those of others while they are being
    /// made, so one at a time does.
    private static func alone<Value>(
        at place: ExperimentPlace, _ body: () throws -> Value
    ) throws -> Value {
        let path = "\(place.copies)/.worktrees.lock"
        while true {
            if let held = try LocalFileSystem().lock(path) {
                defer { withExtendedLifetime(held) {} }
                return try body()
            }
            if Signals.isStopRequested() { throw CancellationError() }
            // Others have it for some milliseconds.
            usleep(5000)
        }
    }

    /// Takes the copy away.
    func remove() {
        Self.remove(name, at: place)
        withExtendedLifetime(held) {}
    }

    private static func remove(_ name: String, at place: ExperimentPlace) {
        try? LocalFileSystem().remove("\(place.copies)/\(name)")
        _ = try? alone(at: place) { try GitProgram(in: place.tree.top).run("worktree", "prune") }
        try? FileManager.default.removeItem(atPath: "\(place.copies)/\(name).lock")
    }

    /// Takes away what killed processes left.
    static func sweep(_ place: ExperimentPlace) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.copies)) ?? []
        for name in names where name.hasSuffix(".lock") && !name.hasPrefix(".") {
            guard let held = try? LocalFileSystem().lock("\(place.copies)/\(name)") else {
                continue
            }
            remove(String(name.dropLast(5)), at: place)
            withExtendedLifetime(held) {}
        }
    }
}
