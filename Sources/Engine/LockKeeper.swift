import ContentStore
import Pipelines
import Synchronization

/// The locks while a run changes them, by one stage or by several at once.
///
/// A file is not written for every stage: a few entries wait, at most one for sixteen that the
/// files hold, so that a run of many stages takes time in proportion to their number. An entry that
/// is lost with the process costs a look into the run cache; one that the run cache does not have is
/// written at once.
final class LockKeeper: Sendable {
    private struct State {
        /// By the stage's name.
        var entries: [String: LockEntry]
        /// By path.
        var pages: [String: LockPage]
        var unwritten = 0
    }

    private static let writtenPerWaiting = 16

    private let session: Session
    /// Stage → where its entry stands.
    private let places: [String: (page: String, name: String)]
    /// Page → name in it → the stage.
    private let stages: [String: [String: String]]
    /// Page → name in it → its place in the order in which stages run.
    private let order: [String: [String: Int]]
    private let state: Mutex<State>

    init(_ session: Session, _ book: LockBook) {
        let layout = session.project.layout
        var places: [String: (page: String, name: String)] = [:]
        var stages: [String: [String: String]] = [:]
        for stage in session.project.pipeline.stages {
            let page = LockBook.page(of: stage, layout)
            let name = LockBook.name(of: stage, layout)
            places[stage.name] = (page, name)
            stages[page, default: [:]][name] = stage.name
        }
        self.session = session
        self.places = places
        self.stages = stages
        order = layout.format == .native ? [:] : LockKeeper.order(session.project.graph, places)
        state = Mutex(
            State(
                entries: book.entries, pages: book.pages.mapValues { LockPage($0, layout) }))
    }

    func entry(of stage: String) -> LockEntry? { state.withLock { $0.entries[stage] } }

    /// Puts down what a stage was made from; nothing is written where the lock says so already.
    func record(_ entry: LockEntry, of stage: String, atOnce: Bool) throws {
        guard let place = places[stage] else { return }
        try state.withLock { state in
            let isStale = state.pages[place.page]?.isStale ?? false
            guard isStale || state.entries[stage] != entry else { return }
            let isNew = state.entries.updateValue(entry, forKey: stage) == nil
            state.pages[place.page]?.change(
                place.name, isNew: isNew, order: order[place.page] ?? [:])
            state.unwritten += 1
            let waiting = state.unwritten * LockKeeper.writtenPerWaiting
            let count = state.pages.values.reduce(0) { $0 + $1.count }
            if atOnce || waiting >= count { try write(&state) }
        }
    }

    /// Writes what waits.
    func flush() throws {
        try state.withLock { state in
            if state.unwritten > 0 { try write(&state) }
        }
    }

    private func write(_ state: inout State) throws {
        for path in state.pages.keys.sorted() where state.pages[path]?.isDirty == true {
            let names = stages[path] ?? [:]
            let entries = state.entries
            let text = state.pages[path]?.text { name in names[name].flatMap { entries[$0] } }
            if let text { try session.writeLock(text, to: path) }
        }
        state.unwritten = 0
    }

    private static func order(
        _ graph: Graph, _ places: [String: (page: String, name: String)]
    ) -> [String: [String: Int]] {
        var order: [String: [String: Int]] = [:]
        for (position, stage) in ((try? graph.order()) ?? []).enumerated() {
            guard let place = places[stage.name] else { continue }
            order[place.page, default: [:]][place.name] = position
        }
        return order
    }
}
