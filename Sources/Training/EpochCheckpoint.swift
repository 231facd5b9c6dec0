import Foundation
import Tensors

/// What a training run must remember to go on after an epoch as if it had never stopped.
struct TrainingState {
    let weights: Tensor
    let first: Tensor
    let second: Tensor
    /// What the projection of the hidden states needs, where there is one.
    var projection: HiddenProjection.State?
    /// The weights of the best epoch so far, where no checkpoint holds them.
    var kept: Tensor?
    var epochs: [EpochReport] = []
    var keptEpoch = 0
    var steps = 0

    /// Whether the present weights are the ones to keep.
    var keepsPresent: Bool { keptEpoch == epochs.count }
}

/// A folder that holds the state after the last finished epoch of one run.
///
/// The state is a folder `epoch-<n>` that appears by renaming, so it is always whole; the one before
/// it goes afterwards. The weights of the best epoch stay in a file of it, so that they take no memory
/// while training goes on. Its key names the run (options, data, initial weights): the state of another
/// run, or files that cannot be read, are as good as none.
struct EpochCheckpoint {
    let folder: String
    let key: String

    private struct Head: Codable {
        let key: String
        let epochs: [EpochReport]
        let keptEpoch: Int
        let steps: Int
    }

    /// Writes the state and then removes older ones.
    func save(_ state: TrainingState) throws {
        let older = finished()
        let partial = "\(folder)/partial"
        let target = path(state.epochs.count)
        do {
            let files = FileManager.default
            for stale in [partial, target] where files.fileExists(atPath: stale) {
                try files.removeItem(atPath: stale)
            }
            try files.createDirectory(atPath: partial, withIntermediateDirectories: true)
            let head = Head(
                key: key, epochs: state.epochs, keptEpoch: state.keptEpoch, steps: state.steps)
            try JSONEncoder().encode(head).write(to: URL(fileURLWithPath: "\(partial)/head.json"))
            try write(state.weights, to: "\(partial)/weights.safetensors")
            try write(state.first, to: "\(partial)/first.safetensors")
            try write(state.second, to: "\(partial)/second.safetensors")
            if let projection = state.projection {
                try write(projection, to: "\(partial)/projection.safetensors")
            }
            if !state.keepsPresent { try passOnKept(state, to: "\(partial)/kept.safetensors") }
            try files.moveItem(atPath: partial, toPath: target)
            for epoch in older where epoch != state.epochs.count {
                try files.removeItem(atPath: path(epoch))
            }
        } catch {
            throw TrainingError.checkpointNotWritten(
                path: target, reason: error.localizedDescription)
        }
    }

    /// Takes the best epoch's weights over from the state before.
    private func passOnKept(_ state: TrainingState, to target: String) throws {
        let before = state.epochs.count - 1
        let name = state.keptEpoch == before ? "weights" : "kept"
        let source = "\(path(before))/\(name).safetensors"
        do {
            try FileManager.default.linkItem(atPath: source, toPath: target)
        } catch {
            try FileManager.default.copyItem(atPath: source, toPath: target)
        }
    }

    /// Puts the weights of the best epoch into `weights`; throws when their file was damaged.
    func restoreKept(_ state: TrainingState, into weights: Tensor) throws {
        guard !state.keepsPresent else { return }
        let path = "\(path(state.epochs.count))/kept.safetensors"
        let kept = try SafeTensors(contentsOf: path).float32("values")
        guard kept.count == weights.count else {
            throw SafeTensorsError.damagedTensor(
                path: path, tensor: "values",
                reason: "it has \(kept.count) values, the model \(weights.count)")
        }
        weights.assign(kept)
    }

    /// The newest state of this very run; nil starts from the beginning.
    ///
    /// - Parameters:
    ///   - count: weights of the model.
    ///   - projected: weights of the hidden states' projection, 0 without one.
    func load(parameters count: Int, projection projected: Int = 0) -> TrainingState? {
        finished().reversed().lazy.compactMap {
            load(path($0), parameters: count, projection: projected)
        }.first
    }

    /// Deletes everything that `save` wrote, and the folder when nothing else is in it.
    func remove() {
        for path in finished().map(path) + ["\(folder)/partial"] {
            try? FileManager.default.removeItem(atPath: path)
        }
        if let rest = try? FileManager.default.contentsOfDirectory(atPath: folder), rest.isEmpty {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    private func path(_ epoch: Int) -> String { "\(folder)/epoch-\(epoch)" }

    /// The epochs that there are states of, ascending.
    private func finished() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { $0.hasPrefix("epoch-") ? Int($0.dropFirst(6)) : nil }.sorted()
    }

    private func write(_ tensor: Tensor, to path: String) throws {
        var writer = SafeTensorsWriter()
        writer.add("values", tensor)
        try writer.write(to: path)
    }

    private func write(_ projection: HiddenProjection.State, to path: String) throws {
        var writer = SafeTensorsWriter()
        writer.add("weights", projection.weights)
        writer.add("first", projection.first)
        writer.add("second", projection.second)
        try writer.write(to: path)
    }

    /// The projection's state; nil where there is none of that size.
    private func projection(_ path: String, count: Int) -> HiddenProjection.State? {
        guard let file = try? SafeTensors(contentsOf: "\(path)/projection.safetensors"),
            let weights = try? file.float32("weights"), let first = try? file.float32("first"),
            let second = try? file.float32("second"),
            [weights, first, second].allSatisfy({ $0.count == count })
        else { return nil }
        return (weights, first, second)
    }

    private func load(
        _ path: String, parameters count: Int, projection projected: Int
    ) -> TrainingState? {
        func tensor(_ name: String) -> Tensor? {
            let file = try? SafeTensors(contentsOf: "\(path)/\(name).safetensors")
            let tensor = try? file?.float32("values")
            return tensor?.count == count ? tensor : nil
        }
        guard let data = FileManager.default.contents(atPath: "\(path)/head.json"),
            let head = try? JSONDecoder().decode(Head.self, from: data), head.key == key,
            let weights = tensor("weights"), let first = tensor("first"),
            let second = tensor("second")
        else { return nil }
        let projection = projected > 0 ? projection(path, count: projected) : nil
        guard projected == 0 || projection != nil else { return nil }
        let state = TrainingState(
            weights: weights, first: first, second: second, projection: projection,
            epochs: head.epochs,
            keptEpoch: head.keptEpoch, steps: head.steps)
        return state.keepsPresent || tensor("kept") != nil ? state : nil
    }
}
