import Foundation
import History

/// Experiments that wait, and those that failed, as commits under references of their own.
///
/// The commit has the files that the experiment begins with; its message says how it is to be run.
struct ExperimentQueue {
    /// How an experiment is to be run.
    struct Order: Codable {
        var name: String
        var message: String?
        /// The settings that made it, for showing.
        var settings: [String] = []
        /// Paths that are copied beside what git keeps.
        var copies: [String] = []
        /// The rest of the command line, as `RunFlags` reads it.
        var arguments: [String] = []
        /// The folder of the command, relative to the root.
        var folder = ""
        /// Its place in the queue.
        var number = 0
    }

    /// One experiment of the queue.
    struct Entry {
        var order: Order
        var reference: String
        var id: String
        var baseline: String
        var tree: String
        /// Seconds since 1970.
        var time: Int64
        var hasFailed: Bool
    }

    private static let waiting = "refs/nlpipe/queue/"
    private static let failed = "refs/nlpipe/failed/"

    let store: ExperimentStore
    private let git: GitProgram

    init(root: String) {
        store = ExperimentStore(folder: root)
        git = GitProgram(in: root)
    }

    /// Puts an experiment at the end.
    func add(_ order: Order, tree: String, baseline: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let facts = String(decoding: try encoder.encode(order), as: UTF8.self)
        let commit = try store.commit(
            tree: tree, parent: baseline, message: "nlpipe: queued '\(order.name)'\n\n\(facts)")
        try store.move(Self.waiting + order.name, from: nil, to: commit)
    }

    /// All entries, first those that wait in their order, then those that failed.
    func entries() throws -> [Entry] {
        let listed = try git.run(
            "for-each-ref",
            "--format=%(refname)%00%(objectname)%00%(parent)%00%(tree)%00%(committerdate:unix)%00%(contents:body)%01",
            Self.waiting, Self.failed)
        return listed.split(separator: "\u{1}").compactMap { record -> Entry? in
            let fields = record.split(separator: "\0", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            guard fields.count == 6,
                let order = try? JSONDecoder().decode(Order.self, from: Data(fields[5].utf8))
            else { return nil }
            return Entry(
                order: order, reference: fields[0], id: fields[1], baseline: fields[2],
                tree: fields[3], time: Int64(fields[4]) ?? 0,
                hasFailed: fields[0].hasPrefix(Self.failed))
        }.sorted {
            ($0.hasFailed ? 1 : 0, $0.order.number, $0.order.name)
                < ($1.hasFailed ? 1 : 0, $1.order.number, $1.order.name)
        }
    }

    /// Takes entries out.
    func remove(_ entries: [Entry]) throws {
        try store.remove(entries.map { ($0.reference, $0.id) })
    }

    /// Sets an entry aside that has failed; another one of that name that failed before goes.
    func setAside(_ entry: Entry) throws {
        let reference = Self.failed + entry.order.name
        let present = try entries().first { $0.reference == reference }
        try store.move(reference, from: present?.id, to: entry.id)
        try remove([entry])
    }
}
