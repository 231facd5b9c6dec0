import ArgumentParser
import ContentStore
import Engine
import Foundation
import History
import Pipelines

/// Which commits besides the workspace a command is about.
struct CommitOptions: ParsableArguments {
    @Flag(
        name: [.customShort("a"), .customLong("all-branches")],
        help: "Also the newest commit of every branch.")
    var branches = false
    @Flag(
        name: [.customShort("T"), .customLong("all-tags")], help: "Also the commits of all tags.")
    var tags = false
    @Flag(
        name: [.customShort("A"), .customLong("all-commits")],
        help: "Also every commit that a branch, a tag or HEAD leads to.")
    var all = false
    @Flag(help: "Also the commits of all experiments, of what waits in the queue too.")
    var allExperiments = false
    @Option(help: "Also this revision; may be given several times.")
    var rev: [String] = []
    @Option(
        name: [.customShort("n"), .customLong("num")],
        help: "So many commits for each --rev, back along first parents.")
    var count: Int?
    @Option(
        help: ArgumentHelp(
            "Also every commit made on this day or later (UTC).", valueName: "YYYY-MM-DD"))
    var date: String?

    /// Whether any commit is meant.
    var isGiven: Bool { !scope.isEmpty }

    func validate() throws {
        if let count, rev.isEmpty || count < 1 {
            throw ValidationError(
                rev.isEmpty
                    ? "'--num' goes with '--rev'" : "'--num' is \(count); expected 1 or more")
        }
        if let date, CommitOptions.seconds(date) == nil {
            throw ValidationError("'--date' is '\(date)'; expected a day such as 2026-01-31")
        }
    }

    /// The different locks of the commits.
    ///
    /// One that cannot be read is left out with a warning: nothing could be restored by it either. In
    /// projects of DVC it may be DVC that can, so where `all` are needed it is an error.
    func locks(of root: String, all: Bool = false, _ console: Console) throws -> [LockFile] {
        guard isGiven else { return [] }
        let layout = try ProjectRoot.layout(of: root)
        let repository = try Repository(containing: root)
        let commits = try repository.commits(in: scope)
        func warn(_ commit: Commit, _ error: any Error) {
            console.warn("the lock of commit \(commit.shortID) is left out\n\(error)")
        }
        guard layout.format == .native else {
            // Which locks and '.dvc' files there are is said by the pipeline of each commit.
            var locks: [LockFile] = []
            for commit in commits {
                do {
                    let files = try repository.files(of: commit, below: root)
                    let lock = try LockFile(recordedIn: files, layout: layout)
                    if !locks.contains(lock) { locks.append(lock) }
                } catch {
                    guard !all else {
                        throw Incomplete(
                            message: "commit \(commit.shortID) cannot be read\n\(error)",
                            exitCode: Failure.definition)
                    }
                    warn(commit, error)
                }
            }
            return locks
        }
        return try repository.versions(of: LockFile.name, below: root, in: commits)
            .compactMap { commit, bytes in
                do { return try LockFile(text: String(decoding: bytes, as: UTF8.self)) } catch {
                    warn(commit, error)
                    return nil
                }
            } + dataOnRecord(repository, commits, root: root, all: all)
    }

    /// What the `.dvc` files of the commits record, all in one.
    private func dataOnRecord(
        _ repository: Repository, _ commits: [Commit], root: String, all: Bool
    ) throws -> [LockFile] {
        var locks: [LockFile] = []
        for commit in commits {
            let files = try repository.files(of: commit, below: root)
            do {
                let data = try ProjectReader(files: files, layout: .native, knownModules: nil)
                    .dataStages()
                var lock = LockFile()
                try lock.addData(of: data) { try files.text($0) }
                if !lock.entries.isEmpty, !locks.contains(lock) { locks.append(lock) }
            } catch {
                guard !all else {
                    throw Incomplete(
                        message: "commit \(commit.shortID) cannot be read\n\(error)",
                        exitCode: Failure.definition)
                }
            }
        }
        return locks
    }

    /// What the locks of the commits record, of some stages or of all.
    func entries(
        of opened: OpenProject, only stages: [Stage]?, _ console: Console
    ) throws -> [LockEntry] {
        let names = stages.map { Set($0.map(\.name)) }
        return try locks(of: opened.root, console).flatMap { lock in
            lock.entries.sorted { $0.key < $1.key }
                .filter { names?.contains($0.key) ?? true }.map(\.value)
        }
    }

    private var scope: CommitScope {
        var scope = CommitScope()
        (scope.branches, scope.tags, scope.all) = (branches, tags, all)
        scope.experiments = allExperiments
        (scope.revisions, scope.count) = (rev, count ?? 1)
        scope.since = date.flatMap(CommitOptions.seconds)
        return scope
    }

    /// The beginning of a day in seconds since 1970; nil for what is no day.
    static func seconds(_ day: String) -> Int64? {
        let parts = day.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let wanted = DateComponents(
            calendar: calendar, timeZone: .gmt, year: year, month: month, day: day)
        guard wanted.isValidDate, let date = calendar.date(from: wanted) else { return nil }
        return Int64(date.timeIntervalSince1970)
    }
}

extension LockFile {
    /// All that the locks among the files of a commit record.
    init(recordedIn files: some ProjectFiles, layout: Layout) throws {
        let pipeline = try ProjectReader(files: files, layout: layout, knownModules: nil).read()
            .pipeline
        try self.init(of: pipeline, layout: layout) { try files.text($0) }
    }
}
