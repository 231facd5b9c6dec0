import FoundationEssentials
public import Tensors

/// Reads and writes model folders in Hugging Face's layout: `config.json`, `model.safetensors`.
public enum Checkpoint {
    /// Reads a classifier with its head; throws `ModelError` or `SafeTensorsError`.
    ///
    /// Weights may be F32, F16 or BF16; tensors that the model has no use for are passed over.
    public static func load(_ folder: String) throws -> Classifier {
        let (json, config) = try readConfig(folder)
        let labels = try readLabels(folder, json)
        let pooling = try readPooling(folder, json)
        let parameters = try readWeights(folder, config, classes: labels.count) { _ in true }
        return try Classifier(
            config: config, pooling: pooling, labels: labels, parameters: parameters)
    }

    /// Reads an encoder and adds a random head; `dropout` replaces the configured rates.
    public static func loadEncoder(
        _ folder: String, labels: [String], pooling: Pooling, dropout: Float? = nil, seed: UInt64
    ) throws -> Classifier {
        var (_, config) = try readConfig(folder)
        if let dropout {
            config.hiddenDropout = dropout
            config.attentionDropout = dropout
        }
        let isHead = { (name: String) in name.hasPrefix("classifier.") }
        let parameters = try readWeights(folder, config, classes: labels.count) { !isHead($0) }
        for name in parameters.names where isHead(name) {
            parameters.initialize(name, seed: seed)
        }
        return try Classifier(
            config: config, pooling: pooling, labels: labels, parameters: parameters)
    }

    /// Writes `config.json` and `model.safetensors` (F32) into `folder`, which is created.
    public static func save(_ classifier: Classifier, to folder: String) throws {
        try createFolder(folder)
        let names = WeightNames(family: classifier.config.family)
        var writer = SafeTensorsWriter()
        writer.metadata = ["format": "pt"]
        for name in classifier.parameters.names {
            writer.add(names.canonical(name), classifier.parameters[name])
        }
        try writer.write(to: "\(folder)/model.safetensors")
        try writeConfig(
            classifier.config.json(labels: classifier.labels, pooling: classifier.pooling),
            to: folder)
    }

    /// Creates a folder and those above it; throws `ModelError.inFile`.
    public static func createFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ModelError.inFile(path: folder, reason: "the folder cannot be created")
        }
    }

    /// Writes `config.json` into `folder`: sorted keys, two spaces, a newline at the end.
    public static func writeConfig(_ json: JSONValue, to folder: String) throws {
        let path = "\(folder)/config.json"
        do {
            try Data(json.text(pretty: true).utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ModelError.inFile(path: path, reason: "it cannot be written")
        }
    }

    /// Reads `config.json` of `folder`, whole and as an encoder's; throws `ModelError.inFile`.
    public static func readConfig(
        _ folder: String
    ) throws -> (json: JSONValue, config: EncoderConfig) {
        let path = "\(folder)/config.json"
        guard let data = fileContents(path) else {
            throw ModelError.inFile(path: path, reason: "it does not exist or cannot be read")
        }
        do {
            let json = try JSONValue(parsing: data)
            return (json, try EncoderConfig(json: json))
        } catch {
            throw ModelError.inFile(path: path, reason: "\(error)")
        }
    }

    /// The labels in the order of `id2label`; throws `ModelError.inFile` when they are not 0, 1, ….
    public static func readLabels(_ folder: String, _ json: JSONValue) throws -> [String] {
        let path = "\(folder)/config.json"
        guard let members = json["id2label"]?.object, !members.isEmpty else {
            throw ModelError.inFile(
                path: path,
                reason: "there is no 'id2label'\nhint: an encoder without classifier is not a model"
            )
        }
        return try (0..<members.count).map { index in
            guard let label = members[String(index)]?.string else {
                throw ModelError.inFile(path: path, reason: "'id2label' has no text for \(index)")
            }
            return label
        }
    }

    /// The pooling that `config.json` names; the mean when it names none.
    public static func readPooling(_ folder: String, _ json: JSONValue) throws -> Pooling {
        guard let value = json["nlpipe"]?["pooling"] else { return .mean }
        guard let name = value.string, let pooling = Pooling(rawValue: name) else {
            throw ModelError.inFile(
                path: "\(folder)/config.json",
                reason: "'nlpipe.pooling' is \(value.text()), not \"mean\" or \"cls\"")
        }
        return pooling
    }

    /// Reads the weights that `wanted` names.
    ///
    /// Memory is only taken once the file is known to hold them, so a configuration with absurd
    /// sizes is an error and not the end of the process.
    private static func readWeights(
        _ folder: String, _ config: EncoderConfig, classes: Int, wanted: (String) -> Bool
    ) throws -> Parameters {
        let path = "\(folder)/model.safetensors"
        let file = try SafeTensors(contentsOf: path)
        let names = WeightNames(family: config.family)
        let layout = Parameters.layout(config: config, classes: classes)
        var sources: [(name: String, source: String)] = []
        for (name, shape) in layout where wanted(name) {
            guard let source = names.candidates(name).first(where: file.has) else {
                throw SafeTensorsError.missing(path: path, tensor: names.canonical(name))
            }
            let found = try file.shape(of: source)
            guard found == shape else {
                throw SafeTensorsError.damagedTensor(
                    path: path, tensor: source,
                    reason: """
                        its shape does not fit config.json
                          expected: \(shape)
                          found:    \(found)
                        """)
            }
            sources.append((name, source))
        }
        let parameters = Parameters(layout)
        for (name, source) in sources {
            let weights = try file.float32(source)
            guard let place = weights.firstNotFinite else {
                parameters[name].assign(weights)
                continue
            }
            throw SafeTensorsError.damagedTensor(
                path: path, tensor: source,
                reason: """
                    not every value is a finite number
                      found:    \(weights[place]) at row \(place / max(1, weights.columns)), \
                    column \(place % max(1, weights.columns))
                    """)
        }
        return parameters
    }
}

extension Tensor {
    fileprivate var firstNotFinite: Int? {
        withUnsafeBuffer { $0.firstIndex { !$0.isFinite } }
    }
}
