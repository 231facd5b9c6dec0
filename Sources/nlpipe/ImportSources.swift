import Engine
import Foundation
import Pipelines

/// The sources of imports that are not frozen: they are asked whenever the data's state is.
///
/// Imports are frozen as they are made, so this is for those of `nlpipe unfreeze`.
struct ImportSources {
    let opened: OpenProject

    /// Why imports among `stages` are not what their sources have, by the stage's name.
    func changes(of stages: [Stage]) throws -> [String: RunReason] {
        var changes: [String: RunReason] = [:]
        for stage in stages where stage.isImported && !stage.frozen {
            // What is elsewhere is asked each time.
            opened.observations.spoil()
            let tracking = TrackData(project: opened.project)
            guard let origin = try tracking.origin(of: stage) else { continue }
            let data = data(of: stage, from: origin)
            if data.isRemote {
                let answer = try Download(url: data.url).ask()
                if answer == nil || answer?.tag != origin.tag?.value {
                    changes[stage.name] = .depChanged(
                        path: data.url, answer == nil ? .deleted : .modified)
                }
            } else if let change = try tracking.change(of: stage, from: data.path) {
                changes[stage.name] = .depChanged(path: shown(data.path), change)
            }
        }
        return changes
    }

    /// Brings those of `stages` anew whose source changed; a source that is gone is an error.
    ///
    /// - Parameter say: told of every import that was brought.
    func bringChanged(_ stages: [Stage], say: (String) -> Void) throws {
        let changes = try changes(of: stages)
        let tracking = TrackData(project: opened.project)
        for stage in stages where changes[stage.name] != nil {
            guard let origin = try tracking.origin(of: stage) else { continue }
            try data(of: stage, from: origin).run(stage)
            say(stage.name)
        }
    }

    private func data(of stage: Stage, from origin: TrackData.Origin) -> Import {
        Import(
            opened: opened, url: origin.path,
            folder: stage.workingDirectory.isEmpty
                ? opened.root : "\(opened.root)/\(stage.workingDirectory)")
    }

    /// A path as it is shown: relative to the root where it is in the project.
    private func shown(_ path: String) -> String {
        path.hasPrefix(opened.root + "/") ? String(path.dropFirst(opened.root.count + 1)) : path
    }
}
