public import ContentStore
public import ParamValues
public import Pipelines

/// Everything that should change a stage's result, kept as a list of named parts beside its digest,
/// so that "why does it run" is a comparison of two lists.
public struct Fingerprint: Sendable, Equatable {
    /// A parameter's value at the time of a run.
    public struct Param: Sendable, Equatable {
        /// The parameters file.
        public var file: String
        /// Dotted key path; "" stands for the whole file.
        public var key: String
        /// Canonical text of the value.
        public var value: String
    }

    /// A path that was read, with what was there.
    public struct Input: Sendable, Equatable {
        /// Relative to the project's root.
        public var path: String
        /// nil where nothing was.
        public var content: Content?
    }

    /// A path that is declared as written, with its options.
    public struct Output: Sendable, Equatable {
        /// Relative to the project's root.
        public var path: String
        /// Whether the content is kept in the cache.
        public var cache: Bool
        /// Whether the content is never compared.
        public var volatile: Bool
        /// Whether the out stays while the stage runs.
        public var persist: Bool
    }

    /// An environment variable, by the digest of its value: locks are committed, secrets are not.
    public struct Variable: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// nil where the variable is not set.
        public var digest: Digest?
    }

    /// One named value.
    public struct Part: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value as text.
        public var value: String
    }

    /// The version of this list's meaning; raising it makes every recorded result unknown.
    public static let format = 1

    /// The stage's name.
    public var stage: String
    /// The module or the commands.
    public var action: StageAction
    /// The folder that commands run in, relative to the root; "" is the root, and for modules.
    public var directory: String
    /// Digest of the module's code; nil for commands.
    public var code: String?
    /// Sorted by file and key.
    public var params: [Param]
    /// Sorted by path.
    public var deps: [Input]
    /// Sorted by path.
    public var outs: [Output]
    /// Sorted by name.
    public var environment: [Variable]
    /// Digest of the upstream records that the module reads; nil where it reads none.
    public var provenance: Digest?
    /// `cmd` as written, which DVC compares and records; nil in native projects.
    public var command: ParamValue?
    /// Parameters files that are named as a whole; only in projects of DVC, which record their keys.
    public var wholeFiles: Set<String> = []

    /// The parts in a fixed order.
    ///
    /// Lists are sorted by name: the order of a definition is not an input.
    public var parts: [Part] {
        var parts = [
            Part(name: "format", value: "\(Fingerprint.format)"),
            Part(name: "stage", value: stage),
            Part(name: "action", value: action.text),
        ]
        if !directory.isEmpty { parts.append(Part(name: "directory", value: directory)) }
        if let code { parts.append(Part(name: "code", value: code)) }
        parts += params.map { Part(name: "param \($0.file):\($0.key)", value: $0.value) }
        parts += deps.map {
            Part(name: "dep \($0.path)", value: $0.content?.signature ?? "missing")
        }
        parts += outs.map { Part(name: "out \($0.path)", value: $0.options) }
        parts += environment.map { Part(name: "env \($0.name)", value: $0.digest?.hex ?? "unset") }
        if let provenance { parts.append(Part(name: "provenance", value: provenance.hex)) }
        return parts
    }

    /// The digest over all parts, each name and value preceded by its length so that none runs into
    /// the next.
    public var digest: Digest {
        var text = "nlpipe fingerprint\n"
        for part in parts {
            text += "\(part.name.utf8.count) \(part.name)\n\(part.value.utf8.count) \(part.value)\n"
        }
        return Digest(of: text)
    }
}

extension StageAction {
    /// The action on one line: `module distill`, or the commands as a JSON list.
    var text: String {
        switch self {
        case .module(let name): "module \(name)"
        case .data: "data"
        case .command(let lines):
            "command \(ParamValue.list(lines.map(ParamValue.string)).canonicalText)"
        }
    }
}

extension Fingerprint.Output {
    /// The options that differ from the defaults, such as `volatile`; empty for a plain out.
    var options: String {
        [cache ? nil : "uncached", volatile ? "volatile" : nil, persist ? "persist" : nil]
            .compactMap { $0 }.joined(separator: " ")
    }
}
