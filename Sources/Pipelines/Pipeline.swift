public import ParamValues
public import OrderedCollections

/// A pipeline file as read: stages in file order, templates filled in, `foreach` and `matrix` expanded.
public struct Pipeline: Sendable, Equatable {
    /// The name of the lock file, which lies beside the pipeline file.
    public static let lockFile = "pipeline.lock"

    /// The file that it was read from, relative to the project's root; the root's if there are several.
    public var file: String
    /// The stages in file order; generated ones where they were written.
    public var stages: [Stage]
    /// `foreach`/`matrix` stages: the written name → the names of the stages that it stands for.
    public var groups: OrderedDictionary<String, [String]>
    /// Parameters files beside `params.yaml`: the top-level `params`.
    public var paramsFiles: [String]
    /// Metrics files or folders that no stage need own: the top-level `metrics`.
    public var metrics: [String]
    /// The top-level `plots`.
    public var plots: [Plot]
    /// The top-level `artifacts`.
    public var artifacts: [Artifact]
    /// The top-level `gates`.
    public var gates: [Gate] = []
    /// The files whose text the definition depends on: `params.yaml` if present, and those of `vars`.
    public var templateFiles: [String]
    /// All pipeline files that it was read from: `file` alone unless it is a whole project's.
    public var files: [String]
    /// The texts that it was read from by file, for the excerpts of messages.
    var texts: [String: String] = [:]

    /// Creates a pipeline.
    public init(
        file: String = "pipeline.yml", stages: [Stage] = [],
        groups: OrderedDictionary<String, [String]> = [:], paramsFiles: [String] = [],
        metrics: [String] = [], plots: [Plot] = [],
        artifacts: [Artifact] = [], templateFiles: [String] = []
    ) {
        self.file = file
        files = [file]
        self.stages = stages
        self.groups = groups
        self.paramsFiles = paramsFiles
        self.metrics = metrics
        self.plots = plots
        self.artifacts = artifacts
        self.templateFiles = templateFiles
    }

    /// The stage called `name`; nil if there is none.
    public func stage(named name: String) -> Stage? {
        stages.first { $0.name == name }
    }

    /// Paths of all metrics: outs of kind metric in file order, then the top-level ones; no duplicates.
    public var metricPaths: [String] {
        let outs = stages.flatMap(\.outs).filter { $0.kind == .metric }.map(\.path)
        return Array(OrderedSet(outs + metrics))
    }

    /// Parameters files that stages or the top level name, `params.yaml` first where it is among them.
    public var allParamsFiles: [String] {
        let named = OrderedSet(stages.flatMap(\.params).map(\.file) + paramsFiles)
        let first = named.filter { $0 == PipelineReader.defaultParamsFile }
        return Array(first) + named.filter { $0 != PipelineReader.defaultParamsFile }
    }
}

/// A named result for a registry: an entry of the top-level `artifacts`.
public struct Artifact: Sendable, Equatable {
    /// Its key under `artifacts`.
    public var name: String
    /// Path relative to the project's root.
    public var path: String
    /// The kind of result, such as `model`.
    public var type: String?
    /// The text of `desc`.
    public var description: String?
    /// Free labels.
    public var labels: [String]
    /// The data under `meta`; null where there is none.
    public var meta: ParamValue
    /// Where its name stands.
    public var location: SourceLocation

    /// Creates an artifact.
    public init(
        name: String, path: String, type: String? = nil, description: String? = nil,
        labels: [String] = [], meta: ParamValue = .null, location: SourceLocation
    ) {
        self.name = name
        self.path = path
        self.type = type
        self.description = description
        self.labels = labels
        self.meta = meta
        self.location = location
    }
}
