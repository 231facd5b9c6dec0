public import Models
import Tensors

/// A float checkpoint whose pruned matrices are stored as a bitmap and the values that are left.
///
/// A plain checkpoint loads too, so everything downstream of pruning reads through here. Weights
/// have BERT's names; `StoredTensors` describes the sparse ones.
public enum SparseCheckpoint {
    /// Reads a folder written by `save` or by `Checkpoint.save`.
    ///
    /// Throws `CompressionError`, `ModelError` or `SafeTensorsError`, which name the file.
    public static func load(_ folder: String) throws -> Classifier {
        let stored = try StoredTensors(file: "\(folder)/model.safetensors")
        guard stored.hasSparse else { return try Checkpoint.load(folder) }
        let (json, config) = try Checkpoint.readConfig(folder)
        let labels = try Checkpoint.readLabels(folder, json)
        let entries = WeightLayout(config, classes: labels.count).entries
        // Read before the model is made: a damaged configuration must not claim memory.
        var tensors: [String: Tensor] = [:]
        for entry in entries {
            tensors[entry.name] = try stored.float32(entry.name, shape: entry.shape)
        }
        let parameters = Parameters(config: config, classes: labels.count)
        for (name, tensor) in tensors { parameters[name].assign(tensor) }
        return try Classifier(
            config: config, pooling: try Checkpoint.readPooling(folder, json), labels: labels,
            parameters: parameters)
    }

    /// Writes `config.json` and `model.safetensors` into `folder`, which is created.
    ///
    /// An encoder matrix is stored sparsely where that is smaller; where none is, the folder is a
    /// plain checkpoint.
    public static func save(_ classifier: Classifier, to folder: String) throws {
        let parameters = classifier.parameters
        var writer = SafeTensorsWriter()
        writer.metadata = ["format": "nlpipe-sparse"]
        for name in parameters.names {
            if MagnitudeMask.takesPart(name) {
                writer.addSmallest(name, parameters[name])
            } else {
                writer.add(name, parameters[name])
            }
        }
        guard writer.metadata.count > 1 else { return try Checkpoint.save(classifier, to: folder) }
        try Checkpoint.createFolder(folder)
        try writer.write(to: "\(folder)/model.safetensors")
        try Checkpoint.writeConfig(
            classifier.config.json(labels: classifier.labels, pooling: classifier.pooling),
            to: folder)
    }

    /// What the matrices of the encoder's dense layers take in a file: as `save` stores them, and in
    /// full.
    public static func encoderBytes(of classifier: Classifier) -> (stored: Int, dense: Int) {
        var (stored, dense) = (0, 0)
        for name in classifier.parameters.names where MagnitudeMask.takesPart(name) {
            let values = classifier.parameters[name].values
            let ones = values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
            let sparse = (values.count + 7) / 8 + ones * 4
            stored += min(sparse, values.count * 4)
            dense += values.count * 4
        }
        return (stored, dense)
    }
}
