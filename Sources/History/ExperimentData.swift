import Foundation
import ParamValues

/// What is known of one commit, or of the working folder, for comparing experiments.
public struct ExperimentData: Sendable {
    /// A path with what the locks record of it.
    public struct Item: Sendable {
        /// Relative to the project's root.
        public var path: String
        /// The digest; nil where nothing is recorded.
        public var hash: String?
        /// Bytes; nil where nothing is recorded.
        public var size: Int?
        /// The number of files of a folder; nil for a file.
        public var files: Int?
        /// Whether the cache keeps it; nil for what is only read.
        public var isCached: Bool?
        /// Whether somebody else made it, as a `.dvc` file says.
        public var isData = false

        /// Creates an item.
        public init(path: String) { self.path = path }
    }

    /// The commit, or `workspace`.
    public var revision: String
    /// When it was committed, in seconds since 1970; nil for the working folder.
    public var time: Int64?
    /// Parameters files, as far as the project takes note of them.
    public var params: [ValueFile]
    /// Metrics files.
    public var metrics: [ValueFile]
    /// What stages read.
    public var deps: [Item]
    /// What stages make, but for metrics and plots.
    public var outs: [Item]

    /// Creates the data of a revision.
    public init(
        revision: String, time: Int64?, params: [ValueFile], metrics: [ValueFile], deps: [Item],
        outs: [Item]
    ) {
        self.revision = revision
        self.time = time
        self.params = params
        self.metrics = metrics
        self.deps = deps
        self.outs = outs
    }

    var json: ParamValue {
        func files(_ files: [ValueFile], metrics: Bool) -> ParamValue {
            .object(
                Dictionary(
                    files.map { ($0.path, .object($0.json(metrics: metrics))) },
                    uniquingKeysWith: { first, _ in first }))
        }
        func items(_ items: [Item]) -> ParamValue {
            .object(
                Dictionary(
                    items.map { item in
                        var facts: [String: ParamValue] = [
                            "hash": item.hash.map(ParamValue.string) ?? .null,
                            "size": item.size.map(ParamValue.int) ?? .null,
                            "nfiles": item.files.map(ParamValue.int) ?? .null,
                        ]
                        if let isCached = item.isCached {
                            facts["use_cache"] = .bool(isCached)
                            facts["is_data_source"] = .bool(item.isData)
                        }
                        return (item.path, .object(facts))
                    }, uniquingKeysWith: { first, _ in first }))
        }
        return .object([
            "rev": .string(revision), "timestamp": time.map { .string(Self.text($0)) } ?? .null,
            "params": files(params, metrics: false), "metrics": files(metrics, metrics: true),
            "deps": items(deps), "outs": items(outs), "meta": .object([:]),
        ])
    }

    /// A moment in the time of this place, as `2026-01-31T23:59:59`.
    static func text(_ time: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
        return formatter.string(from: Date(timeIntervalSince1970: Double(time)))
    }
}

/// A row of the comparison: a commit, the working folder, or an experiment.
public struct ExperimentState: Sendable {
    /// Where an experiment is on its way.
    public enum Execution: String, Sendable { case queued, running, failed }

    /// The commit, or `workspace`.
    public var revision: String
    /// A branch, a tag or the experiment's name; nil where there is none.
    public var name: String?
    /// What is known; nil where it could not be read.
    public var data: ExperimentData?
    /// Why it could not be read.
    public var problem: String?
    /// Where it is on its way; nil for what is done.
    public var execution: Execution?
    /// The same of its parents, back to the baseline, where it has more than one commit.
    public var earlier: [ExperimentState] = []

    /// Creates a row.
    public init(revision: String, name: String?) {
        self.revision = revision
        self.name = name
    }

    fileprivate var fields: [String: ParamValue] {
        [
            "rev": .string(revision), "name": name.map(ParamValue.string) ?? .null,
            "data": data?.json ?? .null,
            "error": problem.map {
                .object(["msg": .string($0), "type": .string("DvcException")])
            } ?? .null, "experiments": .null,
        ]
    }

    fileprivate var range: ParamValue {
        var executor: ParamValue = .null
        if let execution {
            executor = .object([
                "state": .string(execution.rawValue), "name": .string("nlpipe"), "local": .null,
            ])
        }
        return .object([
            "revs": .list(([self] + earlier).map { .object($0.fields) }), "executor": executor,
            "name": name.map(ParamValue.string) ?? .null,
        ])
    }
}

/// A baseline with the experiments that started from it.
public struct ExperimentGroup: Sendable {
    /// The baseline, or the working folder.
    public var state: ExperimentState
    /// Newest first.
    public var experiments: [ExperimentState]

    /// Creates a group.
    public init(_ state: ExperimentState, experiments: [ExperimentState] = []) {
        self.state = state
        self.experiments = experiments
    }

    /// The groups as `dvc exp show --json` prints them.
    public static func json(_ groups: [ExperimentGroup]) -> String {
        ParamValue.list(
            groups.map { group in
                var fields = group.state.fields
                if !group.experiments.isEmpty {
                    fields["experiments"] = .list(group.experiments.map(\.range))
                }
                return .object(fields)
            }
        ).canonicalText
    }
}

extension ValueFile {
    /// `{"data": …}` or `{"error": {"type", "msg"}}`; of metrics without what is no metric.
    func json(metrics: Bool) -> [String: ParamValue] {
        if let problem {
            let type =
                isMissing
                ? "FileNotFoundError" : metrics ? "MetricsFileError" : "YAMLFileCorruptedError"
            return ["error": .object(["type": .string(type), "msg": .string(problem)])]
        }
        return ["data": metrics ? root.metrics ?? .object([:]) : root.forJSON]
    }
}
