import ContentStore
import ParamValues
public import Pipelines

extension TrackData {
    /// How a path that data were imported from differs from what is on record of it; nil where it
    /// does not.
    ///
    /// What is known of its files is kept, so only what changed is read.
    ///
    /// - Parameters:
    ///   - stage: the data's stage.
    ///   - source: the absolute path, without links.
    public func change(of stage: Stage, from source: String) throws -> PathChange? {
        let session = try Session(project)
        guard let text = try session.text(of: stage.name),
            case .map(let fields) = try YAMLDocument.read(text, file: stage.name),
            case .list(let deps) = fields["deps"], case .map(let dep)? = deps.first
        else { return nil }
        let recorded = try DVCRecord.content(dep, stage.name, stage.name)
        guard let found = try session.workspace.content(outside: source) else { return .deleted }
        session.saveStateAside()
        return found.digest == recorded?.digest ? nil : .modified
    }
}
