import ArgumentParser
import Engine
import Foundation
import History

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
    /// One that cannot be read is left out with a warning: nothing could be restored by it either.
    func locks(of root: String, _ console: Console) throws -> [LockFile] {
        guard isGiven else { return [] }
        guard try ProjectRoot.layout(of: root).format == .native else {
            throw Incomplete(
                message: """
                    the locks of other commits are not read in projects of DVC
                    hint: 'dvc gc' knows what they need, and 'dvc push -a' what they have
                    """, exitCode: Failure.definition)
        }
        let repository = try Repository(containing: root)
        let commits = try repository.commits(in: scope)
        return try repository.versions(of: LockFile.name, below: root, in: commits)
            .compactMap { commit, bytes in
                do { return try LockFile(text: String(decoding: bytes, as: UTF8.self)) } catch {
                    console.warn("the lock of commit \(commit.shortID) is left out\n\(error)")
                    return nil
                }
            }
    }

    private var scope: CommitScope {
        var scope = CommitScope()
        (scope.branches, scope.tags, scope.all) = (branches, tags, all)
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
