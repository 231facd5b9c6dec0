import Foundation
public import StageKit

/// The package stage: the INT8 model, its tokenizer, a model card and a manifest of its origin in
/// one folder that runs elsewhere.
public struct Package: StageModule {
    /// What `run:` names.
    public static let name = "package"
    /// One line for listings.
    public static let summary = "Collect the INT8 model with a model card and a manifest."
    /// Digest of this module and of the package code it uses.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files
    /// The manifest lists everything upstream.
    public static let readsProvenance = true

    /// Creates the module.
    public init() {}

    /// Writes the folder `package`.
    ///
    /// Reads the dep named `int8` and the metrics `evaluate` and, where declared, `preprocess`;
    /// names the params `package` and, where declared, `data.file` and `encoder.path`.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(PackageParameters.self, at: "package")
        try parameters.validate()
        let model = try context.dep(named: "int8")
        let config = try ModelConfig(folder: model)
        let folder = PackageFolder(try context.out(named: "package"))

        try folder.create()
        for file in try PackageFolder(model).files() {
            try context.checkCancellation()
            try folder.copy(file, from: model)
        }
        context.progress(0.5, "model")
        try folder.write(try StableJSON.data(config.labels), to: "labels.json")
        let scores = try Scores(file: try context.dep(named: "evaluate"))
        if let calibration = Calibration(scores) {
            try folder.write(try StableJSON.data(calibration), to: Calibration.fileName)
        }
        try folder.write(
            Data(
                ModelCard(
                    parameters: parameters, config: config,
                    scores: scores,
                    rows: try SplitRows(file: try? context.dep(named: "preprocess")),
                    dataFile: try? context.parameters(String.self, at: "data.file"),
                    encoder: try? context.parameters(String.self, at: "encoder.path")
                ).text.utf8),
            to: "README.md")

        var files: [String: Manifest.File] = [:]
        for file in try folder.files() {
            try context.checkCancellation()
            files[file] = try FileDigest.describe(folder.path(of: file))
        }
        let manifest = Manifest(
            files: files, stages: context.provenance.map(Manifest.Stage.init),
            packager: Self.codeDigest)
        try folder.write(try StableJSON.data(manifest), to: Manifest.fileName)
        context.log("packaged \(files.count) files, \(files.values.map(\.size).reduce(0, +)) bytes")
        context.progress(1)
    }
}
