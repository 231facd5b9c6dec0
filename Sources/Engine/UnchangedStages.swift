import ContentStore
import Pipelines

/// Stages that need no thread of their own: most of most runs.
extension StageWorker {
    /// The report about a stage of which a look at the status of its files tells that it is up to
    /// date; nil where that takes more, or it is not.
    func unchanged(_ assignment: Assignment) -> Report? {
        let stage = request.stages[assignment.position]
        guard !assignment.isForced, !request.allowsMissing, !stage.runsAlways,
            stage.outs.count + stage.deps.count <= StageWorker.fewPaths,
            let isUnchanged = try? isUnchanged(stage), isUnchanged
        else { return nil }
        assignment.listener.send(.skipped(stage: stage.name))
        return Report(position: assignment.position, item: .init(stage.name, .upToDate))
    }

    private static let fewPaths = 64

    private func isUnchanged(_ stage: Stage) throws -> Bool {
        struct TakesMore: Error {}
        func seen(_ path: String) throws -> Content? {
            guard let content = try session.workspace.quickGlance(at: path) else {
                throw TakesMore()
            }
            return content
        }
        var present: [String: Content] = [:]
        for out in stage.outs { present[out.path] = try seen(out.path) }
        let situation = try situation(of: stage, present, content: seen)
        return EngineError.missingDep(of: stage, in: situation.fingerprint, session.project) == nil
            && Rebuilder.reasons(situation).isEmpty
    }
}
