public import ParamValues

/// What a running stage sees of the world: its declared deps, scratch places for its declared outs,
/// the parameters it names, and somewhere to report to.
public struct StageContext: Sendable {
    /// Name of the stage in the pipeline file.
    public let stage: String
    /// The number of threads the stage may keep busy.
    ///
    /// Results must not depend on it.
    public let threads: Int
    /// Records of the stages upstream, for modules with `readsProvenance`; empty otherwise.
    public let provenance: [ProvenanceRecord]

    /// A folder, not made yet, for the state of a long computation.
    ///
    /// It outlives an interruption and is given again to the next run with the same fingerprint; it
    /// goes when the stage is done. Nil where nothing can be kept.
    public let checkpointFolder: String?

    let deps: [String: String]
    let outs: [String: String]
    let parameters: ParamValue
    let emit: @Sendable (StageEvent) -> Void
    let cancelled: @Sendable () -> Bool

    /// Creates a context.
    ///
    /// - Parameters:
    ///   - deps: declared path → absolute path to read.
    ///   - outs: declared path → absolute path to write; its parent folder exists, it does not.
    ///   - parameters: a map with the declared keys only, nested as in the file.
    public init(
        stage: String, threads: Int, deps: [String: String], outs: [String: String],
        parameters: ParamValue, provenance: [ProvenanceRecord] = [],
        checkpointFolder: String? = nil,
        emit: @escaping @Sendable (StageEvent) -> Void = { _ in },
        cancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.stage = stage
        self.threads = threads
        self.deps = deps
        self.outs = outs
        self.parameters = parameters
        self.provenance = provenance
        self.checkpointFolder = checkpointFolder
        self.emit = emit
        self.cancelled = cancelled
    }

    /// The absolute path of the dep declared as `path`, such as a file that `params.yaml` names.
    public func dep(at path: String) throws -> String {
        guard let found = deps[path] else {
            throw StageContextError.undeclared(
                .dep, wanted: path, stage: stage, declared: deps.keys.sorted())
        }
        return found
    }

    /// The absolute path of the dep whose last path component, without extension, is `name`:
    /// `models/teacher` is the dep named `teacher`.
    public func dep(named name: String) throws -> String {
        try lookUp(.dep, name, in: deps)
    }

    /// The declared paths of all deps, sorted.
    public var depPaths: [String] { deps.keys.sorted() }

    /// The scratch path for the out whose last path component, without extension, is `name`.
    ///
    /// The stage creates a file or a folder there.
    public func out(named name: String) throws -> String {
        try lookUp(.out, name, in: outs)
    }

    /// Like `out(named:)`, nil where the stage does not declare such an out.
    public func optionalOut(named name: String) -> String? {
        try? lookUp(.out, name, in: outs)
    }

    /// The parameters below `key` (dotted), decoded; a key or a type that is wrong is said by path.
    public func parameters<Value: Decodable>(
        _ type: Value.Type = Value.self, at key: String
    ) throws -> Value {
        try ParameterDecoder.decode(type, from: parameters, at: key, stage: stage)
    }

    /// Reports how far the stage is; `fraction` is in 0...1 and never goes back.
    public func progress(_ fraction: Double, _ detail: String = "") {
        emit(.progress(fraction: fraction, detail: detail))
    }

    /// Records one point of a series, such as the validation accuracy of an epoch.
    public func record(_ series: String, step: Int, _ value: Double) {
        emit(.point(series: series, step: step, value: value))
    }

    /// Says something worth keeping in the stage's log.
    public func log(_ message: String) {
        emit(.message(message))
    }

    /// States a circumstance of the run that is recorded with it and never compared, such as the
    /// arithmetic that the processor allowed.
    public func fact(_ name: String, _ value: String) {
        emit(.fact(name: name, value: value))
    }

    /// Throws `CancellationError` once the user has asked to stop; call it in every long loop.
    public func checkCancellation() throws {
        if cancelled() { throw CancellationError() }
    }

    private func lookUp(
        _ kind: StageContextError.Kind, _ name: String, in paths: [String: String]
    ) throws -> String {
        let matches = paths.keys.filter { path in
            let last = path.split(separator: "/").last ?? ""
            return last == name || last.prefix(while: { $0 != "." }) == name
        }
        guard let match = matches.first, let found = paths[match] else {
            throw StageContextError.undeclared(
                kind, wanted: name, stage: stage, declared: paths.keys.sorted())
        }
        guard matches.count == 1 else {
            throw StageContextError.ambiguous(
                kind, wanted: name, stage: stage, declared: matches.sorted())
        }
        return found
    }
}

/// Something that happens while a stage runs.
public enum StageEvent: Sendable, Equatable {
    case progress(fraction: Double, detail: String)
    case point(series: String, step: Int, value: Double)
    case message(String)
    case fact(name: String, value: String)
}

/// Where an input came from: one finished stage upstream, as the lock has it.
public struct ProvenanceRecord: Sendable, Equatable {
    /// The stage's name.
    public var stage: String
    /// `module distill` or the command's text.
    public var action: String
    /// The module's code digest; nil for commands.
    public var code: String?
    /// Dotted key → value, as text, of every parameter the stage names.
    public var parameters: [String: String]
    /// Path → SHA-256 of every dep.
    public var deps: [String: String]
    /// Path → SHA-256 of every out that is compared.
    public var outs: [String: String]

    /// Creates a record.
    public init(
        stage: String, action: String, code: String?, parameters: [String: String],
        deps: [String: String], outs: [String: String]
    ) {
        self.stage = stage
        self.action = action
        self.code = code
        self.parameters = parameters
        self.deps = deps
        self.outs = outs
    }
}

/// A stage asked for something that it does not declare.
public enum StageContextError: Error, Equatable, CustomStringConvertible {
    /// What was asked for.
    public enum Kind: String, Sendable { case dep, out }

    case undeclared(Kind, wanted: String, stage: String, declared: [String])
    case ambiguous(Kind, wanted: String, stage: String, declared: [String])

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .undeclared(let kind, let wanted, let stage, let declared):
            """
            stage '\(stage)' declares no \(kind.rawValue) named '\(wanted)'
              declared: \(declared.isEmpty ? "none" : declared.joined(separator: ", "))
            hint: add it under '\(kind.rawValue)s:' of the stage in the pipeline file
            """
        case .ambiguous(let kind, let wanted, let stage, let declared):
            """
            stage '\(stage)' declares more than one \(kind.rawValue) named '\(wanted)'
              declared: \(declared.joined(separator: ", "))
            hint: the module finds a \(kind.rawValue) by the last part of its path: rename one
            """
        }
    }
}
